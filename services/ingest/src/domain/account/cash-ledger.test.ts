import { describe, expect, test } from '@jest/globals'
import type { AccountFill } from '@whalecast/kalshi'
import { CashLedger } from './cash-ledger.ts'

const fill = (over: Partial<AccountFill>): AccountFill => ({
  fill_id: 'f',
  order_id: 'o',
  market_ticker: 'A',
  side: 'yes',
  action: 'buy',
  price_e4: 4_000,
  count_e2: 1_000,
  fee_e6: 0,
  is_taker: true,
  filled_at_ms: 1,
  position_after_e2: null,
  ...over,
})
const settled = (revenueE6: number) => ({
  market_ticker: 'A',
  market_result: 'yes',
  yes_count_e2: 0,
  no_count_e2: 0,
  total_cost_e6: 0,
  revenue_e6: revenueE6,
  fee_e6: 500_000,
  settled_at_ms: 2,
})

describe('what a match does to the cash', () => {
  test.each([
    {
      note: 'buying costs the price and the fee',
      held: 0,
      fill: fill({ fee_e6: 170_000 }),
      moved: -4_170_000,
    },
    {
      note: 'buying NO costs the price of NO',
      held: 0,
      fill: fill({ side: 'no', price_e4: 6_000 }),
      moved: -6_000_000,
    },
    {
      note: 'selling what is held brings its price',
      held: 1_000,
      fill: fill({ action: 'sell', price_e4: 6_000 }),
      moved: 6_000_000,
    },
    {
      note: 'buying the other outcome of what is held brings the rest of the dollar',
      held: 1_000,
      fill: fill({ side: 'no', price_e4: 4_000 }),
      moved: 6_000_000,
    },
    {
      note: 'selling what is not held costs the rest of the dollar',
      held: 0,
      fill: fill({ action: 'sell', price_e4: 6_000 }),
      moved: -4_000_000,
    },
    {
      note: 'half closes, half opens',
      held: -500,
      fill: fill({ price_e4: 3_000 }),
      moved: 500 * 7_000 - 500 * 3_000,
    },
    {
      note: 'what the exchange says was held counts more than what is remembered',
      held: 0,
      fill: fill({ action: 'sell', price_e4: 6_000, position_after_e2: 0 }),
      moved: 6_000_000,
    },
  ])('$note', ({ held, fill: one, moved }) => {
    const ledger = new CashLedger(0)
    ledger.hold([{ market_ticker: 'A', position_e2: held }])
    expect(ledger.fill(one)).toBe(moved)
    expect(ledger.cashE6).toBe(moved)
  })
})

test('a round trip leaves the profit less the fees, and a settlement pays without paying fees again', () => {
  const ledger = new CashLedger(0, 100)
  ledger.fill(fill({ fee_e6: 10 }))
  ledger.fill(fill({ action: 'sell', price_e4: 6_000, fee_e6: 20 }))
  expect(ledger.cashE6).toBe(100 + 2_000_000 - 30)
  ledger.fill(fill({}))
  ledger.settle(settled(10_000_000))
  expect(ledger.cashE6).toBe(100 + 2_000_000 - 30 - 4_000_000 + 10_000_000)
  // Nothing is held any more, so this opens and closes nothing.
  expect(ledger.fill(fill({ side: 'no', price_e4: 1_000 }))).toBe(-1_000_000)
})
