import { describe, expect, test } from '@jest/globals'
import { KalshiApiError, type KalshiOrders } from '@whalecast/kalshi'
import { makeContext } from '@whalecast/testkit'
import { createMemoryBus, MemoryBroker } from '@whalecast/bus'
import { ExchangeBroker } from '../src/adapters/exchange-broker.ts'
import { Announcer } from '../src/adapters/told.ts'
import { createExecutorMetrics } from '../src/executor-metrics.ts'
import { makeOrder, startMs } from '../src/testing/samples.ts'

type Fake = Partial<KalshiOrders>

async function open(orders: Fake, groups: readonly { id: string; instance: string }[] = []) {
  const bus = createMemoryBus(new MemoryBroker())
  const ctx = makeContext()
  const saved = new Map([['groups:demo', JSON.stringify(groups)]])
  const deny = () => Promise.reject(new Error('not part of this test'))
  const all: KalshiOrders = {
    place: deny,
    find: deny,
    resting: () => Promise.resolve([]),
    cancel: deny,
    createGroup: () => Promise.resolve('new-group'),
    deleteGroup: deny,
    ...orders,
  }
  const broker = new ExchangeBroker({
    name: 'demo',
    instance: 'now',
    orders: all,
    restMs: 120_000,
    seat: {
      fields: saved,
      save: async ({ set = {} }) => Object.entries(set).forEach(([field, text]) => saved.set(field, text)),
      fence: { owner: 'orders-0', term: 1 },
      over: new AbortController().signal,
    },
    announcer: new Announcer(bus, ctx.logger),
    metrics: createExecutorMetrics(ctx.metrics, () => 'closed'),
    logger: ctx.logger,
    now: () => startMs,
  })
  const ids = () => JSON.parse(saved.get('groups:demo') ?? '[]') as unknown
  return { broker, ids, [Symbol.asyncDispose]: () => bus.close() }
}

const refusal = (status: number | null, code: string) =>
  new KalshiApiError(status, { code, message: 'no', details: null })

describe('what an error says of an order', () => {
  test.each([
    { status: null, code: 'ECONNREFUSED', type: 'not_sent' },
    { status: null, code: 'ENOTFOUND', type: 'not_sent' },
    { status: null, code: 'ECONNRESET', type: 'unknown' },
    { status: null, code: 'ECONNABORTED', type: 'unknown' },
    { status: 500, code: 'http_500', type: 'unknown' },
    { status: 503, code: 'http_503', type: 'unknown' },
    { status: 408, code: 'http_408', type: 'unknown' },
    { status: 200, code: 'unexpected_body', type: 'unknown' },
    { status: 429, code: 'http_429', type: 'not_sent' },
    { status: 401, code: 'NOT_FOUND', type: 'not_sent' },
    { status: 403, code: 'forbidden', type: 'not_sent' },
    { status: 409, code: 'order_already_exists', type: 'known' },
    { status: 409, code: 'trading_is_inactive', type: 'rejected' },
    { status: 400, code: 'insufficient_balance', type: 'rejected' },
  ])('$status $code: $type', async ({ status, code, type }) => {
    await using opened = await open({ place: () => Promise.reject(refusal(status, code)) })
    expect((await opened.broker.place(makeOrder())).type).toBe(type)
  })

  test('without a group nothing is sent', async () => {
    await using opened = await open({ createGroup: () => Promise.reject(refusal(503, 'x')) })
    expect(await opened.broker.place(makeOrder())).toMatchObject({ type: 'not_sent' })
  })

  test('a group that takes no more makes room for a new one', async () => {
    const groups = [{ id: 'full', instance: 'now' }]
    const used: unknown[] = []
    const place: KalshiOrders['place'] = async ({ groupId }) => {
      used.push(groupId)
      if (groupId === 'full')
        throw new KalshiApiError(400, {
          code: 'invalid_order',
          message: 'no',
          details: 'order group triggered',
        })
      return { orderId: 'o', filledE2: 0, remainingE2: 500, averagePriceE4: null, feeE6: 0 }
    }
    await using opened = await open({ place }, groups)
    expect((await opened.broker.place(makeOrder())).type).toBe('rejected')
    expect((await opened.broker.place(makeOrder({ client_order_id: 'wc-2' }))).type).toBe('placed')
    expect(used).toEqual(['full', 'new-group'])
  })
})

describe('what rests too long', () => {
  test('is cancelled when it is ours, and only then', async () => {
    const order = (id: string, group: string | null, ageMs: number | null) => ({
      order_id: id,
      client_order_id: null,
      market_ticker: 'T',
      side: 'yes' as const,
      action: 'buy' as const,
      price_e4: 1,
      initial_e2: 1,
      filled_e2: 0,
      remaining_e2: 1,
      status: 'resting' as const,
      order_group_id: group,
      created_at_ms: ageMs === null ? null : startMs - ageMs,
      updated_at_ms: null,
    })
    const rest = [
      order('old', 'own', 123_001),
      order('new', 'own', 122_999),
      order('ageless', 'own', null),
      order('foreign', 'theirs', 1e9),
      order('orphan', null, 1e9),
    ]
    const canceled: string[] = []
    const cancel: KalshiOrders['cancel'] = async ({ orderId }) => {
      canceled.push(orderId)
      return 'canceled'
    }
    const orders = { resting: () => Promise.resolve(rest), cancel }
    await using opened = await open(orders, [{ id: 'own', instance: 'now' }])
    await opened.broker.maintain(startMs)
    await opened.broker.maintain(startMs + 1)
    expect(canceled).toEqual(['old'])
  })
})

describe('groups of earlier starts', () => {
  test('are deleted, and remembered as long as they are not', async () => {
    let isAway = true
    const deleted: string[] = []
    const deleteGroup: KalshiOrders['deleteGroup'] = async (id) => {
      if (isAway) throw refusal(503, 'x')
      deleted.push(id)
      return 'deleted'
    }
    const groups = [
      { id: 'one', instance: 'before' },
      { id: 'two', instance: 'long ago' },
      { id: 'mine', instance: 'now' },
    ]
    await using opened = await open({ deleteGroup }, groups)
    await opened.broker.maintain(startMs)
    expect(opened.ids()).toEqual(groups)
    isAway = false
    await opened.broker.maintain(startMs + 10_000)
    expect(deleted).toEqual(['one', 'two'])
    expect(opened.ids()).toEqual([groups[2]])
  })
})
