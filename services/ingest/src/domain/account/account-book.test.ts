import { describe, expect, test } from '@jest/globals'
import { accountSchema, type AccountPosition, type Settlement } from '@whalecast/events'
import type { AccountFill, OrderUpdate } from '@whalecast/kalshi'
import { AccountBook, type AccountReading, type Listener } from './account-book.ts'

const now = 1_800_000_000_000
const listener: Listener = {
  mode: 'live',
  connected: true,
  positions_received: 0,
  fills_received: 0,
  orders_received: 0,
  connection_count: 1,
  last_update_ms: null,
}
const position = (over: Partial<AccountPosition> = {}): AccountPosition => ({
  market_ticker: 'A',
  position_e2: 1_000,
  cost_e6: 4_000_000,
  total_traded_e6: 30_000_000,
  realized_pnl_e6: 1_000_000,
  fees_e6: 170_000,
  updated_at_ms: now - 60_000,
  source: 'rest',
  ...over,
})
const order = (over: Partial<OrderUpdate> = {}): OrderUpdate => ({
  order_id: 'o',
  client_order_id: 'wc-1',
  market_ticker: 'A',
  side: 'no',
  action: 'buy',
  price_e4: 3_800,
  initial_e2: 500,
  filled_e2: 0,
  remaining_e2: 500,
  status: 'resting',
  order_group_id: 'g',
  created_at_ms: now - 50_000,
  updated_at_ms: now - 50_000,
  ...over,
})
const fill = (over: Partial<AccountFill> = {}): AccountFill => ({
  fill_id: 'f',
  order_id: 'o',
  market_ticker: 'A',
  side: 'yes',
  action: 'buy',
  price_e4: 4_000,
  count_e2: 1_000,
  fee_e6: 0,
  is_taker: true,
  filled_at_ms: now - 60_000,
  position_after_e2: null,
  ...over,
})
const settlement = (over: Partial<Settlement> = {}): Settlement => ({
  market_ticker: 'A',
  market_result: 'yes',
  yes_count_e2: 1_000,
  no_count_e2: 0,
  total_cost_e6: 4_000_000,
  revenue_e6: 10_000_000,
  fee_e6: 170_000,
  settled_at_ms: now - 60_000,
  ...over,
})
const reading = (over: Partial<AccountReading> = {}): AccountReading => ({
  readAtMs: now,
  balanceE6: 100_000_000,
  positions: [position()],
  orders: [order()],
  fills: [],
  settlements: [],
  ...over,
})

function opened(over: Partial<AccountReading> = {}, stored?: ReturnType<AccountBook['account']>) {
  const book = new AccountBook(stored)
  const news = book.onReading(reading(over))
  const account = () => {
    const made = book.account(listener, now)
    if (made === undefined) throw new Error('nothing was read')
    return accountSchema.parse(made)
  }
  return { book, news, account }
}

test('before the first reading there is no account', () => {
  const book = new AccountBook()
  book.onFill(fill())
  expect(book.account(listener, now)).toBeUndefined()
})

describe('live updates', () => {
  test('of a position keep what only REST knows and touch no other field of the account', () => {
    const { book, account } = opened()
    const before = account()
    const live = {
      market_ticker: 'A',
      position_e2: 1_500,
      cost_e6: 6_000_000,
      realized_pnl_e6: 1_000_000,
      fees_e6: 200_000,
    }
    expect(book.onPosition(live, now + 1)).toBe(true)
    expect(account()).toEqual({
      ...before,
      positions: [{ ...position(), ...live, updated_at_ms: now + 1, source: 'live' }],
    })
  })

  test('of a market in which nothing was held ask for a reading, and a position of nothing is none', () => {
    const { book, account } = opened()
    const live = { market_ticker: 'B', position_e2: -200, cost_e6: 1, realized_pnl_e6: 0, fees_e6: 0 }
    expect(book.onPosition(live, now)).toBe(false)
    expect(account().positions.map(({ market_ticker }) => market_ticker)).toEqual(['A', 'B'])
    expect(book.onPosition({ ...live, position_e2: 0 }, now)).toBe(true)
    expect(book.onPosition({ ...live, market_ticker: 'A', position_e2: 0 }, now)).toBe(true)
    expect(account().positions).toEqual([])
  })

  test('of an order keep what they leave out; one that rests no more is gone', () => {
    const { book, account } = opened()
    const bare = { client_order_id: null, order_group_id: null, created_at_ms: null }
    book.onOrder(order({ ...bare, filled_e2: 100, remaining_e2: 400 }), now + 1)
    expect(account().orders).toMatchObject([
      {
        order_id: 'o',
        remaining_e2: 400,
        client_order_id: 'wc-1',
        order_group_id: 'g',
        created_at_ms: now - 50_000,
      },
    ])
    expect(account().order_group).toMatchObject({ order_group_id: 'g', order_ids: ['o'] })
    book.onOrder(order({ status: 'canceled' }), now + 2)
    expect(account()).toMatchObject({ orders: [], order_group: null })
  })

  test('of a fill move balance and ledger alike, once', () => {
    const { book, account } = opened()
    const one = fill({ fill_id: 'new', filled_at_ms: now + 5, fee_e6: 1 })
    expect([book.onFill(one), book.onFill(one)]).toEqual([true, false])
    expect(account()).toMatchObject({ balance_e6: 95_999_999, traded_cash_e6: -4_000_001 })
    expect(account().fills).toHaveLength(1)
  })
})

describe('a reading', () => {
  test('replaces what is old and keeps what the socket told while it was under way', () => {
    const { book, account } = opened()
    book.onPosition({ ...position(), position_e2: 2_000 }, now + 30_000)
    book.onPosition({ ...position(), market_ticker: 'GONE', position_e2: 0 }, now + 30_000)
    book.onOrder(order({ order_id: 'live' }), now + 30_000)
    book.onOrder(order({ order_id: 'done', status: 'executed' }), now + 30_000)
    book.onReading(
      reading({
        readAtMs: now + 30_500,
        positions: [
          position({ total_traded_e6: 31_000_000 }),
          position({ market_ticker: 'GONE' }),
          position({ market_ticker: 'B' }),
        ],
        orders: [order({ order_id: 'done' }), order({ order_id: 'other' })],
      }),
    )
    expect(
      account().positions.map((one) => [one.market_ticker, one.position_e2, one.total_traded_e6]),
    ).toEqual([
      ['A', 2_000, 31_000_000],
      ['B', 1_000, 30_000_000],
    ])
    expect(account().orders.map(({ order_id }) => order_id)).toEqual(['other', 'live'])
    // A reading that began well after has the last word.
    book.onReading(reading({ readAtMs: now + 40_000, positions: [], orders: [] }))
    expect(account()).toMatchObject({ positions: [], orders: [] })
  })

  test('a deposit moves the balance and not the ledger', () => {
    const { book, account } = opened()
    book.onReading(reading({ readAtMs: now + 25_000, balanceE6: 150_000_000 }))
    expect(account()).toMatchObject({ balance_e6: 150_000_000, traded_cash_e6: 0, ledger_since_ms: now })
  })

  test('a match within the lag of REST leaves the balance as it is reckoned until a quiet reading', () => {
    const { book, account } = opened()
    const late = fill({ fill_id: 'late', filled_at_ms: now + 24_900 })
    book.onFill(late)
    // The balance does not have it yet: taken as it is, four dollars would look like a deposit.
    const unsettled = book.onReading(reading({ readAtMs: now + 25_000, fills: [late] }))
    expect(unsettled).toMatchObject({ quiet: false, fills: [] })
    expect(account()).toMatchObject({ balance_e6: 96_000_000, traded_cash_e6: -4_000_000 })
    const settled = book.onReading(reading({ readAtMs: now + 28_000, balanceE6: 95_999_000, fills: [late] }))
    expect(settled.quiet).toBe(true)
    expect(account()).toMatchObject({ balance_e6: 95_999_000, traded_cash_e6: -4_000_000 })
  })

  test('what the socket did not tell is news, what was there at first is not', () => {
    const { book, news, account } = opened({ fills: [fill()], settlements: [settlement()] })
    expect(news).toMatchObject({ first: true, fills: [], settlements: [], changes: null })
    expect(account()).toMatchObject({ traded_cash_e6: 0, settlements_count: 1 })
    const missed = fill({ fill_id: 'missed', filled_at_ms: now + 10_000 })
    const paid = settlement({ market_ticker: 'B', settled_at_ms: now + 11_000 })
    const later = book.onReading(
      reading({
        readAtMs: now + 25_000,
        balanceE6: 106_000_000,
        fills: [missed, fill()],
        settlements: [paid, settlement()],
      }),
    )
    expect(later).toMatchObject({ first: false, fills: [missed], settlements: [paid] })
    expect(later.changes).toEqual({ balance_e6: 6_000_000, positions: 0, orders: 0 })
    expect(account()).toMatchObject({ traded_cash_e6: 6_000_000, settlements_count: 2 })
    expect(account().fills.map(({ fill_id }) => fill_id)).toEqual(['missed', 'f'])
  })

  test('a new owner goes on with the ledger of the old one and tells only what came since', () => {
    const first = opened({ fills: [fill()] })
    first.book.onFill(fill({ fill_id: 'told', filled_at_ms: now + 1 }))
    const between = fill({ fill_id: 'between', filled_at_ms: now + 20_000 })
    const fills = [fill(), fill({ fill_id: 'told', filled_at_ms: now + 1 }), between]
    const second = opened({ readAtMs: now + 60_000, balanceE6: 92_000_000, fills }, first.account())
    expect(second.book.readFromMs).toBe(now + 50_000)
    expect(second.news.fills).toEqual([between])
    expect(second.account()).toMatchObject({
      balance_e6: 92_000_000,
      traded_cash_e6: -8_000_000,
      ledger_since_ms: now,
    })
  })

  test('the account of a paper broker is no beginning', () => {
    const { book, account } = opened({}, { ...opened().account(), broker: 'paper', traded_cash_e6: 5 })
    expect(account()).toMatchObject({ broker: 'exchange', traded_cash_e6: 0 })
    expect(book.readFromMs).toBe(now - 10_000)
  })

  test('a thousand fills leave the newest hundred', () => {
    const { book, account } = opened()
    for (let n = 0; n < 1_000; n++) book.onFill(fill({ fill_id: `f${n}`, filled_at_ms: now + n }))
    expect(account().fills).toHaveLength(100)
    expect(account().fills[0]?.fill_id).toBe('f999')
    expect(book.onFill(fill({ fill_id: 'f5' }))).toBe(false)
  })
})
