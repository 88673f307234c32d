import { describe, expect, test } from '@jest/globals'
import type { Bus } from '@whalecast/bus'
import { accountSchema, type Account, type Book, type Market } from '@whalecast/events'
import { eventually } from '@whalecast/testkit'
import { makeBook, makeOrder, makePrint, ticker } from '../src/testing/samples.ts'
import { World } from './world.ts'

const fence = { owner: 'test', term: 1 }
let version = 0
const putBook = (bus: Bus, book: Book) =>
  bus.put('book', { type: 'book', data: book }, { fence, version: (version += 1), key: book.market_ticker })
const putMarket = (bus: Bus, change: Partial<Market>) =>
  bus.put(
    'market',
    {
      type: 'market',
      data: {
        market_ticker: ticker,
        event_ticker: null,
        title: 'T',
        sub_title: null,
        status: 'active',
        close_at_ms: null,
        ...change,
      },
    },
    { fence, version: (version += 1), key: ticker },
  )
const offer = (bus: Bus, no: Parameters<typeof makeBook>[1]) =>
  putBook(bus, makeBook([[40, 10]], no, { timestamp_ms: Date.now() }))
const fresh = (change = {}) => makeOrder({ requested_at_ms: Date.now(), ...change })
const account = (bus: Bus, check: (account: Account) => boolean) =>
  eventually(async () => {
    const data = (await bus.latest('account'))?.data
    return data !== undefined && check(data) ? data : false
  })

describe('the paper broker', () => {
  test('tells of its account before anything happens', async () => {
    await using world = new World()
    world.execute()
    const first = await account(world.bus, () => true)
    expect(accountSchema.parse(first)).toMatchObject({
      broker: 'paper',
      balance_e6: 10e6,
      traded_cash_e6: 0,
      positions: [],
    })
  })

  test('what rested pays its fee where the market says that makers pay', async () => {
    await using world = new World()
    world.execute()
    await putMarket(world.bus, { fees: { type: 'quadratic_with_maker_fees', multiplier: 1 } })
    await offer(world.bus, [[45, 3]])
    await world.ask([fresh()])
    await account(world.bus, ({ orders }) => orders.length === 1)
    world.bus.print('tape', 'trade', [makePrint({ executed_at_ms: Date.now() + 1_000, yes_price_e4: 4_900 })])
    const { fills } = await account(world.bus, ({ fills: all }) => all.length === 1)
    expect(fills).toMatchObject([{ is_taker: false, count_e2: 500, fee_e6: 21_900 }])
  })

  test('fills from the book, then from prints through its price; the account and the activities say so', async () => {
    await using world = new World()
    world.execute()
    await offer(world.bus, [[55, 3]])
    await world.ask([fresh()])
    expect(await world.result('wc-1')).toMatchObject({
      status: 'placed',
      broker: 'paper',
      filled_e2: 300,
      remaining_e2: 200,
      average_price_e4: 4_500,
      fee_e6: 52_000,
    })
    await account(world.bus, ({ orders }) => orders.length === 1)
    world.bus.print('tape', 'trade', [makePrint({ executed_at_ms: Date.now() + 1_000, yes_price_e4: 4_900 })])
    const done = await account(world.bus, ({ orders, fills }) => orders.length === 0 && fills.length === 2)
    expect(done.balance_e6).toBe(10e6 - 1.35e6 - 52_000 - 1e6)
    expect(done.positions).toMatchObject([
      { market_ticker: ticker, position_e2: 500, cost_e6: 2.35e6, fees_e6: 52_000 },
    ])
    const told = await eventually(async () => {
      const all = await world.bus.history('system', { limit: 10 })
      return all.length === 2 && all
    })
    expect(told.map(({ id }) => id)).toEqual(['fill:paper-wc-1-0', 'fill:paper-wc-1-300'])
  })

  test.each([
    { note: 'no book', book: undefined },
    { note: 'a stale one', book: makeBook([], [[55, 9]], { state: 'stale', timestamp_ms: Date.now() }) },
    { note: 'one that nobody keeps', book: makeBook([], [[55, 9]], { timestamp_ms: Date.now() - 60_000 }) },
  ])('refuses to guess: $note', async ({ book }) => {
    await using world = new World()
    world.execute()
    if (book) await putBook(world.bus, book)
    await world.ask([fresh()])
    expect(await world.result('wc-1')).toMatchObject({
      status: 'rejected',
      reason: expect.stringContaining('book'),
    })
  })

  test('pays out a market decided while it was away', async () => {
    await using world = new World()
    const first = world.execute()
    await offer(world.bus, [[55, 9]])
    await world.ask([fresh()])
    await world.result('wc-1')
    await world.committed()
    await first.end()
    await putMarket(world.bus, { status: 'determined', result: 'yes', settlement_e4: 10_000 })
    await putMarket(world.bus, { status: 'finalized', result: 'yes', settlement_e4: 10_000 })
    world.execute()
    const after = await account(world.bus, ({ settlements_count: count }) => count === 1)
    expect(after).toMatchObject({
      positions: [],
      settlements: [{ market_result: 'yes', yes_count_e2: 500, revenue_e6: 5e6, total_cost_e6: 2.25e6 }],
      traded_cash_e6: 5e6 - 2.25e6 - 86_700,
    })
  })

  test('a market that is only determined, or whose result nobody told, pays nothing yet', async () => {
    await using world = new World()
    world.execute()
    await offer(world.bus, [[55, 9]])
    await world.ask([fresh()])
    await world.result('wc-1')
    await putMarket(world.bus, { status: 'determined', result: 'yes', settlement_e4: 10_000 })
    await putMarket(world.bus, { status: 'finalized' })
    await putMarket(world.bus, { status: 'finalized', result: 'odd', settlement_e4: null })
    await world.ask([fresh({ client_order_id: 'wc-2' })])
    await world.result('wc-2')
    expect((await account(world.bus, ({ fills }) => fills.length > 1)).settlements_count).toBe(0)
  })

  test('goes on with its own money and orders after a restart; cleaned up, nothing rests', async () => {
    await using world = new World()
    const first = world.execute()
    await offer(world.bus, [[55, 3]])
    await world.ask([fresh()])
    await world.result('wc-1')
    await world.committed()
    await first.end()
    const second = world.execute()
    world.bus.print('tape', 'trade', [makePrint({ market_ticker: 'OTHER' })])
    await eventually(() => second.ctx.health.reports().some(({ details }) => details['role'] === 'leader'))
    await world.ask(
      [
        {
          kind: 'cleanup',
          command_id: 'c1',
          orphaned_only: true,
          requested_by: 'o',
          requested_at_ms: Date.now(),
        },
      ],
      1,
    )
    expect(await world.cleanup('c1')).toMatchObject({ preserved: ['paper-wc-1'], cancelled: [] })
    await world.ask(
      [
        {
          kind: 'cleanup',
          command_id: 'c2',
          orphaned_only: false,
          requested_by: 'o',
          requested_at_ms: Date.now(),
        },
      ],
      1,
    )
    expect(await world.cleanup('c2')).toMatchObject({ cancelled: ['paper-wc-1'] })
    const after = await account(world.bus, ({ orders }) => orders.length === 0)
    expect(after.positions).toMatchObject([{ position_e2: 300 }])
  })

  test('what waits too long leaves the book', async () => {
    await using world = new World()
    let nowMs = Date.now()
    world.execute({ now: () => nowMs })
    await offer(world.bus, [[45, 1]])
    await world.ask([fresh()])
    expect(await world.result('wc-1')).toMatchObject({ filled_e2: 0, remaining_e2: 500 })
    await account(world.bus, ({ orders }) => orders.length === 1)
    nowMs += 120_000
    expect(await account(world.bus, ({ orders }) => orders.length === 0)).toMatchObject({ balance_e6: 10e6 })
  })

  test('money that cannot be read is put aside, not forgotten in silence', async () => {
    await using world = new World()
    const partition = { owner: 'orders-0', term: 1 }
    await world.broker.commit({
      queue: 'orders-0',
      fence: partition,
      progress: { term: 1, seq: 1, through: 1 },
      set: { paper: '{"cash_e6": "lots"}' },
      del: [],
      seen: undefined,
      seenMaxIds: 1,
      seenMaxAgeMs: 1,
    })
    const run = world.execute()
    expect((await account(world.bus, () => true)).balance_e6).toBe(10e6)
    const [told] = await eventually(async () => {
      const all = await world.bus.history('system', { limit: 1 })
      return all.length === 1 && all
    })
    expect(told?.data).toMatchObject({ activity_type: 'trading_error', metadata: { severity: 'error' } })
    await run.end()
    const { state } = Object(await world.broker.loadPartition('orders-0', { owner: 'orders-0', term: 1e15 }))
    const aside = [...state.fields].filter(([field]) => field.startsWith('paper:unreadable:'))
    expect(aside.map(([, text]) => text)).toEqual(['{"cash_e6": "lots"}'])
  })
})
