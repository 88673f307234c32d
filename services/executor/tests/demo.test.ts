import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startExchangeSim, type ExchangeSim } from '@whalecast/exchange-sim'
import { connectOrders, createSigner } from '@whalecast/kalshi'
import { eventually, findOfferedMarket } from '@whalecast/testkit'
import { openDemoBroker } from '../src/adapters/demo-broker.ts'
import type { Order } from '../src/domain/broker.ts'
import type { OpenBroker } from '../src/service.ts'
import { makeOrder } from '../src/testing/samples.ts'
import { openProxy, type Fate } from './open-proxy.ts'
import { World } from './world.ts'

let sim: ExchangeSim
let ticker: string
const signer = () => createSigner(sim.keyId, sim.privateKeyPem)

beforeAll(async () => {
  // Many executors share one account in here; that each keeps to its budget is tested elsewhere.
  const writeBudget = { refillPerSecond: 10_000, capacity: 10_000 }
  const scopes = { keyScopes: ['read', 'write'] } as const
  sim = await startExchangeSim({ rate: 0, markets: 20, firstWhaleMs: 1e9, writeBudget, ...scopes })
  ticker = await findOfferedMarket(sim.apiUrl)
})
afterAll(() => sim.close())

let count = 0
/** Fills at once; for one cent it waits. */
function fresh(change: Partial<Order> = {}): Order {
  count += 1
  const asked = { client_order_id: `wc-${count}`, market_ticker: ticker, price_e4: 9_900 }
  return makeOrder({ ...asked, requested_at_ms: Date.now(), ...change })
}
const waits = { price_e4: 100 }

const demo =
  (instance: string, apiUrl = sim.apiUrl): OpenBroker =>
  (tools) =>
    openDemoBroker({ apiUrl, signer: signer() }, { ...tools, instance, restMs: 120_000 })
const through = (instance: string, apiUrl?: string) =>
  ({ name: 'demo', open: demo(instance, apiUrl) }) as const

/** Orders of this client id that the exchange took. */
const created = (id: string) =>
  sim.orders().filter((one) => one.client_order_id === id && one.action === 'create' && one.accepted)
const isOrder = ({ method, url }: IncomingMessage) =>
  method === 'POST' && url?.endsWith('/events/orders') === true
const resting = () => connectOrders({ apiUrl: sim.apiUrl, signer: signer() }).resting()

describe('the demo broker at the simulator', () => {
  test('places an order in a group of its own', async () => {
    await using world = new World()
    world.execute(through('a'))
    const [fills, rests] = [fresh(), fresh(waits)]
    await world.ask([fills, rests])
    const filled = await world.result(fills.client_order_id)
    expect(filled).toMatchObject({ status: 'placed', broker: 'demo', filled_e2: 500, remaining_e2: 0 })
    expect(filled.average_price_e4).toBeLessThanOrEqual(9_900)
    expect(filled.fee_e6).toBeGreaterThan(0)
    const waiting = await world.result(rests.client_order_id)
    expect(waiting).toMatchObject({
      status: 'placed',
      filled_e2: 0,
      remaining_e2: 500,
      average_price_e4: null,
    })
    const [order] = (await resting()).filter(({ order_id: id }) => id === waiting.order_id)
    expect(order?.order_group_id).toEqual(expect.any(String))
  })

  test.each([
    { note: 'its answer is lost', fates: ['lose_answer'] },
    { note: 'it is lost on the way', fates: ['lose_request'] },
    { note: 'lost on the way, and then its answer is', fates: ['lose_request', 'lose_answer'] },
  ] as const)('one order, though $note', async ({ fates }) => {
    await using world = new World()
    await using proxy = await openProxy(sim.apiUrl)
    const left: Fate[] = [...fates]
    proxy.fate = (request) => (isOrder(request) ? (left.shift() ?? 'pass') : 'pass')
    world.execute(through('a', proxy.apiUrl))
    const order = fresh()
    await world.ask([order])
    expect(await world.result(order.client_order_id)).toMatchObject({ status: 'placed', filled_e2: 500 })
    expect((await world.results()).map(({ status }) => status)).toEqual(['unknown', 'placed'])
    expect(left).toEqual([])
    expect(created(order.client_order_id)).toHaveLength(1)
  })

  test('stopped after sending and before hearing: the next one finds the order and sends none', async () => {
    await using world = new World()
    await using proxy = await openProxy(sim.apiUrl)
    proxy.fate = (request) => (isOrder(request) ? 'hold_answer' : 'pass')
    const first = world.execute(through('a', proxy.apiUrl))
    const order = fresh()
    await world.ask([order])
    await eventually(() => proxy.held === 1)
    await first.end()
    world.execute(through('b'))
    expect(await world.result(order.client_order_id)).toMatchObject({ status: 'placed', filled_e2: 500 })
    const all = sim.orders().filter((one) => one.client_order_id === order.client_order_id)
    expect(all.map(({ action, accepted }) => [action, accepted])).toEqual([['create', true]])
  })

  test.each([
    { note: 'a price that is no tick', change: { price_e4: 9_899 }, reason: /tick/ },
    { note: 'too little money', change: { count_e2: 100_000_000, price_e4: 9_900 }, reason: /balance/ },
    { note: 'a market that is none', change: { market_ticker: 'NONE' }, reason: /market/ },
  ])('is told why it is refused: $note', async ({ change, reason }) => {
    await using world = new World()
    world.execute(through('a'))
    const order = fresh(change)
    await world.ask([order])
    const result = await world.result(order.client_order_id)
    expect(result).toMatchObject({ status: 'rejected', reason: expect.stringMatching(reason) })
  })

  test('at its start deletes the groups of its earlier starts with what rests in them, and nobody else’s', async () => {
    const other = connectOrders({ apiUrl: sim.apiUrl, signer: signer() })
    const otherGroup = await other.createGroup(100)
    const place = (groupId: string | undefined) => {
      count += 1
      return other.place({
        clientOrderId: `other-${count}`,
        ticker,
        side: 'yes',
        action: 'buy',
        priceE4: 100,
        countE2: 100,
        restsUntilMs: Date.now() + 120_000,
        groupId,
      })
    }
    const [foreign, orphan] = [await place(otherGroup), await place(undefined)]
    await using world = new World()
    const first = world.execute(through('first'))
    const old = fresh(waits)
    await world.ask([old])
    const { order_id: oldId } = await world.result(old.client_order_id)
    await world.committed()
    await first.end()
    const ids = async () => (await resting()).map(({ order_id: id }) => id)
    expect(await ids()).toEqual(expect.arrayContaining([foreign.orderId, orphan.orderId, oldId]))

    world.execute(through('second'))
    await eventually(async () => !(await ids()).includes(oldId ?? ''))
    const next = fresh(waits)
    await world.ask([next])
    const { order_id: nextId } = await world.result(next.client_order_id)
    expect(await ids()).toEqual(expect.arrayContaining([foreign.orderId, orphan.orderId, nextId]))
    const groups = new Set((await resting()).map(({ order_group_id: id }) => id))
    expect(groups).toContain(otherGroup)
  })
})
