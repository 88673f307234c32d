import { describe, expect, test } from '@jest/globals'
import { tellFill, tellSettlement } from './account-telling.ts'
import type { Fill, Settlement } from './account.ts'

const fill: Fill = {
  fill_id: 'f1',
  order_id: 'o1',
  market_ticker: 'KXA',
  side: 'no',
  action: 'sell',
  count_e2: 250,
  price_e4: 3_350,
  fee_e6: 42_200,
  is_taker: true,
  filled_at_ms: 1,
}

const settlement: Settlement = {
  market_ticker: 'KXA',
  market_result: 'no',
  yes_count_e2: 500,
  no_count_e2: 0,
  total_cost_e6: 2_750_000,
  revenue_e6: 1_000_000,
  fee_e6: 50_000,
  settled_at_ms: 1,
}

test('a fill: who did what at which price, money in cents', () => {
  expect(tellFill(fill, ' on paper')).toMatchObject({
    severity: 'success',
    message: 'Sold 2.5 NO of KXA at 33.5 ¢ on paper',
    metadata: { count: 2.5, price_cents: 33.5, total_cents: 83.75, fee_cents: 4.22, is_taker: true },
  })
})

describe('a settlement', () => {
  test('that lost is a warning, with its fees', () => {
    expect(tellSettlement(settlement)).toMatchObject({
      severity: 'warning',
      message: 'KXA settled no: -$1.80',
      metadata: { total_cost_cents: 275, revenue_cents: 100, fees_cents: 5, net_pnl_cents: -180 },
    })
  })

  test('that won is a success', () => {
    expect(tellSettlement({ ...settlement, revenue_e6: 5_000_000 }, ' on paper')).toMatchObject({
      severity: 'success',
      message: 'KXA settled no on paper: $2.20',
    })
  })
})
