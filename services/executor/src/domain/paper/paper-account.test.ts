import { accountSchema } from '@whalecast/events'
import { describe, expect, test } from '@jest/globals'
import { makeOrder, makePrint, startMs, ticker } from '../../testing/samples.ts'
import { toAccount } from './account-message.ts'
import { PaperAccount } from './paper-account.ts'
import { emptyPaper } from './paper-state.ts'

const open = (balanceE6 = 10e6) => new PaperAccount(emptyPaper(balanceE6, startMs))
const resting = { nowMs: startMs, restsUntilMs: startMs + 120_000 }
const immediate = { nowMs: startMs, restsUntilMs: undefined }
const nothing = { fills: [] }

describe('in a series in which makers pay', () => {
  const fees = { type: 'quadratic_with_maker_fees', multiplier: 1 }

  test('what rested pays a quarter of what taking would have cost', () => {
    const account = open()
    account.place(makeOrder(), nothing, { ...resting, fees })
    const { fills } = account.onPrint(makePrint({ yes_price_e4: 4_900 }), startMs + 1_000)
    expect(fills).toMatchObject([{ count_e2: 500, is_taker: false, fee_e6: 21_900 }])
    expect(account.state.cash_e6).toBe(10e6 - 2.5e6 - 21_900)
    expect(account.imbalanceE6).toBe(0)
  })

  test('what rests sets its fee aside', () => {
    const account = open(2.5e6)
    const refused = account.place(makeOrder(), nothing, { ...resting, fees })
    expect(refused).toMatchObject({ type: 'rejected', reason: 'the paper account has too little money' })
    expect(account.place(makeOrder(), nothing, resting)).toMatchObject({ type: 'placed' })
  })
})

describe('placing', () => {
  test('what the book gives is filled with a fee, the rest waits', () => {
    const account = open()
    const placed = account.place(
      makeOrder(),
      {
        fills: [
          [4_500, 100],
          [5_000, 200],
        ],
      },
      resting,
    )
    expect(placed).toMatchObject({
      type: 'placed',
      order: {
        filledE2: 300,
        remainingE2: 200,
        averagePriceE4: (4_500 * 100 + 5_000 * 200) / 300,
        feeE6: 17_400 + 35_000,
      },
    })
    expect(placed.fills.map((fill) => [fill.fill_id, fill.price_e4, fill.count_e2, fill.is_taker])).toEqual([
      ['paper-wc-1-0', 4_500, 100, true],
      ['paper-wc-1-100', 5_000, 200, true],
    ])
    expect(account.state.cash_e6).toBe(10e6 - 450_000 - 1e6 - 52_400)
    expect(account.resting).toMatchObject([{ order_id: 'paper-wc-1', remaining_e2: 200 }])
    expect(account.imbalanceE6).toBe(0)
  })

  test('one that must not wait leaves nothing behind', () => {
    const account = open()
    const placed = account.place(makeOrder(), { fills: [[4_500, 100]] }, immediate)
    expect(placed).toMatchObject({ order: { filledE2: 100, remainingE2: 0 } })
    expect(account.resting).toEqual([])
    expect(account.onPrint(makePrint(), startMs + 1).fills).toEqual([])
  })

  test('the same id again is known, and changes nothing', () => {
    const account = open()
    account.place(makeOrder(), { fills: [[4_500, 500]] }, resting)
    const before = account.state
    expect(account.place(makeOrder(), { fills: [[4_500, 500]] }, resting).type).toBe('known')
    expect(account.state).toBe(before)
    expect(account.find('wc-1')).toMatchObject({ orderId: 'paper-wc-1', filledE2: 500 })
    expect(account.find('wc-2')).toBeUndefined()
  })

  test.each([
    { note: 'all of it fits', balance: 2_500_000, type: 'placed' },
    { note: 'a micro-dollar short', balance: 2_499_999, type: 'rejected' },
  ])('money for what waits is kept back: $note', ({ balance, type }) => {
    const account = open(balance)
    expect(account.place(makeOrder(), nothing, resting).type).toBe(type)
    const second = makeOrder({ client_order_id: 'wc-2', count_e2: 1, price_e4: 100 })
    expect(account.place(second, nothing, resting).type).toBe(type === 'placed' ? 'rejected' : 'placed')
  })

  test('a fee that does not fit is no reason to fill without it', () => {
    expect(open(2_250_000).place(makeOrder(), { fills: [[4_500, 500]] }, immediate).type).toBe('rejected')
  })

  test('selling what is held needs no money', () => {
    const account = open(2_500_000)
    account.place(makeOrder({ price_e4: 4_900 }), { fills: [[4_800, 500]] }, immediate)
    expect(account.state.cash_e6).toBeLessThan(60_000)
    const sale = makeOrder({ client_order_id: 'wc-2', action: 'sell', price_e4: 6_000 })
    expect(account.place(sale, nothing, resting)).toMatchObject({
      type: 'placed',
      order: { remainingE2: 500 },
    })
    const { fills } = account.onPrint(makePrint({ yes_price_e4: 6_100 }), startMs + 2_000)
    expect(fills).toMatchObject([{ action: 'sell', side: 'yes', price_e4: 6_000, count_e2: 500, fee_e6: 0 }])
    expect(account.state.positions).toEqual([])
    expect(account.state.realized_e6).toBe(500 * (6_000 - 4_800))
    expect(account.imbalanceE6).toBe(0)
  })
})

describe('what waits', () => {
  const waiting = (change = {}) => {
    const account = open()
    account.place(makeOrder(change), nothing, resting)
    return account
  }
  test.each([
    { note: 'a print below the bid fills it', print: { yes_price_e4: 4_999 }, filled: 500 },
    { note: 'as far as the print goes', print: { yes_price_e4: 4_000, count_e2: 30 }, filled: 30 },
    { note: 'at the very price others may come first', print: { yes_price_e4: 5_000 }, filled: 0 },
    { note: 'above it', print: { yes_price_e4: 5_001 }, filled: 0 },
    { note: 'in another market', print: { market_ticker: 'OTHER' }, filled: 0 },
    { note: 'before the order was there', print: { executed_at_ms: startMs }, filled: 0 },
    { note: 'off the book', print: { is_block_trade: true }, filled: 0 },
  ])('$note: $filled', ({ print, filled }) => {
    const account = waiting()
    const { fills } = account.onPrint(makePrint(print), startMs + 1_000)
    expect(fills.reduce((sum, fill) => sum + fill.count_e2, 0)).toBe(filled)
    expect(fills.every((fill) => fill.fee_e6 === 0 && fill.price_e4 === 5_000 && !fill.is_taker)).toBe(true)
    expect(account.state.cash_e6).toBe(10e6 - filled * 5_000)
  })

  test('a bid for NO is filled by a print above its complement', () => {
    const account = waiting({ side: 'no', price_e4: 5_500 })
    expect(account.onPrint(makePrint({ yes_price_e4: 4_500 }), startMs).fills).toEqual([])
    expect(account.onPrint(makePrint({ yes_price_e4: 4_501 }), startMs).fills).toMatchObject([
      { side: 'no', price_e4: 5_500, count_e2: 500 },
    ])
  })

  test('one print fills the better order first, and no contract twice', () => {
    const account = open()
    account.place(makeOrder({ client_order_id: 'low', price_e4: 4_500 }), nothing, resting)
    account.place(makeOrder({ client_order_id: 'high', price_e4: 4_600 }), nothing, resting)
    const { fills } = account.onPrint(makePrint({ count_e2: 700 }), startMs)
    expect(fills.map((fill) => [fill.order_id, fill.count_e2])).toEqual([
      ['paper-high', 500],
      ['paper-low', 200],
    ])
  })

  test('is cancelled when asked, or when its time is over', () => {
    const account = waiting()
    expect(account.expire(startMs + 119_999)).toBe(0)
    expect(account.expire(startMs + 120_000)).toBe(1)
    expect(account.cancel('paper-wc-1')).toBe('gone')
    account.place(makeOrder({ client_order_id: 'wc-2' }), nothing, resting)
    expect(account.cancel('paper-wc-2')).toBe('canceled')
    expect(account.resting).toEqual([])
  })

  test('a decided market pays what is held and cancels what waits', () => {
    const account = waiting()
    account.onPrint(makePrint({ count_e2: 200 }), startMs)
    const { settlements } = account.onSettled({ ticker, result: 'yes', yesPaysE4: 10_000 }, startMs + 9)
    expect(settlements).toEqual([
      {
        market_ticker: ticker,
        market_result: 'yes',
        yes_count_e2: 200,
        no_count_e2: 0,
        total_cost_e6: 1e6,
        revenue_e6: 2e6,
        fee_e6: 0,
        settled_at_ms: startMs + 9,
      },
    ])
    expect(account.state).toMatchObject({ cash_e6: 11e6, positions: [], settlements_count: 1 })
    expect(account.resting).toEqual([])
    expect(account.onSettled({ ticker, result: 'yes', yesPaysE4: 10_000 }, startMs).settlements).toEqual([])
  })
})

describe('what is kept', () => {
  test('travels as an account', () => {
    const account = open()
    account.place(makeOrder(), { fills: [[4_500, 100]] }, resting)
    const message = toAccount(account.state, startMs + 5)
    expect(accountSchema.parse(message)).toEqual(message)
    expect(message).toMatchObject({
      broker: 'paper',
      traded_cash_e6: message.balance_e6 - 10e6,
      orders: [{ order_id: 'paper-wc-1', remaining_e2: 400, order_group_id: 'paper' }],
      fills: [{ fill_id: 'paper-wc-1-0' }],
    })
  })

  test('orders that are done are forgotten after an hour, those that wait never', () => {
    const account = open(1e9)
    account.place(makeOrder({ client_order_id: 'waits' }), nothing, {
      nowMs: startMs,
      restsUntilMs: startMs + 1e8,
    })
    account.place(makeOrder({ client_order_id: 'done' }), nothing, immediate)
    account.place(makeOrder({ client_order_id: 'new' }), nothing, {
      nowMs: startMs + 3_600_001,
      restsUntilMs: undefined,
    })
    expect(account.state.orders.map((order) => order.client_order_id)).toEqual(['waits', 'new'])
  })
})

test.each(Array.from({ length: 25 }, (_, seed) => seed))(
  'money never runs below zero whatever fills, seed %i',
  (seed) => {
    let state = seed * 7_919 + 1
    const random = (below: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    const account = open(20e6)
    for (let step = 0; step < 300; step += 1) {
      const nowMs = startMs + step * 1_000
      const side = random(2) === 0 ? 'yes' : 'no'
      const action = random(3) === 0 ? 'sell' : 'buy'
      const priceE4 = 100 * (1 + random(99))
      const order = makeOrder({
        client_order_id: `o${step}`,
        side,
        action,
        price_e4: priceE4,
        count_e2: 1 + random(800),
      })
      const filledE2 = random(order.count_e2 + 1)
      const fills = filledE2 === 0 ? [] : ([[priceE4, filledE2]] as const)
      account.place(order, { fills }, { nowMs, restsUntilMs: random(2) === 0 ? undefined : nowMs + 20_000 })
      account.onPrint(
        makePrint({
          yes_price_e4: 100 * (1 + random(99)),
          count_e2: 1 + random(2_000),
          executed_at_ms: nowMs + 1,
        }),
        nowMs + 1,
      )
      account.expire(nowMs)
      if (random(80) === 0) account.onSettled({ ticker, result: 'x', yesPaysE4: 10_000 * random(2) }, nowMs)
      expect(account.state.cash_e6).toBeGreaterThanOrEqual(0)
      expect(account.imbalanceE6).toBe(0)
    }
    expect(account.state.fills_count).toBeGreaterThan(50)
  },
)
