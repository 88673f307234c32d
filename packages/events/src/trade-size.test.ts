import { describe, expect, test } from '@jest/globals'
import type { Trade } from './trade.ts'
import { tradeFrameSchema } from './trade.ts'
import { costE6, payoutE6, riskDollars, roundTo, takerPriceE4, toTradeFrame } from './trade-size.ts'

const trade = (over: Partial<Trade>): Trade => ({
  trade_id: 't1',
  market_ticker: 'KXTEST-1',
  taker_side: 'yes',
  yes_price_e4: 6_200,
  count_e2: 40_000,
  is_block_trade: false,
  executed_at_ms: 1_790_000_000_000,
  received_at_ms: 1_790_000_000_005,
  ...over,
})

describe('sizes of a print', () => {
  test.each([
    { note: 'taker yes pays the yes price', over: {}, price: 6_200, cost: 248e6, payout: 400e6 },
    {
      note: 'taker no pays the rest',
      over: { taker_side: 'no' as const },
      price: 3_800,
      cost: 152e6,
      payout: 400e6,
    },
    {
      note: 'unknown side keeps the yes price',
      over: { taker_side: 'unknown' as const },
      price: 6_200,
      cost: 248e6,
      payout: 400e6,
    },
    {
      note: 'fractions are exact',
      over: { yes_price_e4: 1, count_e2: 1 },
      price: 1,
      cost: 1,
      payout: 10_000,
    },
  ])('$note', ({ over, price, cost, payout }) => {
    expect(takerPriceE4(trade(over))).toBe(price)
    expect(costE6(trade(over))).toBe(cost)
    expect(payoutE6(trade(over))).toBe(payout)
  })

  test('risk dollars equal the count at 50 cents and a fifth of it at 99', () => {
    expect(riskDollars(trade({ yes_price_e4: 5_000 }))).toBe(400)
    expect(riskDollars(trade({ yes_price_e4: 9_900 }))).toBeCloseTo(79.6, 1)
  })

  test('the frame for screens keeps tenths of a cent and passes its schema', () => {
    const frame = toTradeFrame(trade({ yes_price_e4: 6_225, count_e2: 12_345 }))
    expect(frame).toMatchObject({ price_cents: 62.25, count: 123.45, side: 'yes' })
    expect(tradeFrameSchema.parse(frame)).toEqual(frame)
  })

  test.each([
    { value: 1.005, digits: 1, expected: 1 },
    { value: 96.65, digits: 1, expected: 96.7 },
    { value: -2.5, digits: 0, expected: -3 },
  ])('roundTo($value, $digits)', ({ value, digits, expected }) => {
    expect(roundTo(value, digits)).toBe(expected)
  })
})
