import type { Fill, Settlement } from './account.ts'
import type { ActivitySeverity, ActivityType } from './activity.ts'

/** What an operator is told of an account: the part of an activity that does not depend on who tells it. */
export type AccountTelling = {
  readonly type: ActivityType
  readonly severity: ActivitySeverity
  readonly message: string
  readonly metadata: Readonly<Record<string, string | number | boolean | null>>
}

/** Millionths of a dollar as dollars with two decimals; the sign stands first: `-$1.50`. */
export const dollarsText = (e6: number): string =>
  `${e6 < 0 ? '-' : ''}$${(Math.abs(e6) / 1_000_000).toFixed(2)}`

/** A match of one of an account's orders. `remark` says what kind of account, when it is no real one. */
export function tellFill(fill: Fill, remark = ''): AccountTelling {
  const count = fill.count_e2 / 100
  const price = fill.price_e4 / 100
  const did = fill.action === 'buy' ? 'Bought' : 'Sold'
  return {
    type: 'order_fill',
    severity: 'success',
    message: `${did} ${count} ${fill.side.toUpperCase()} of ${fill.market_ticker} at ${price} ¢${remark}`,
    metadata: {
      trade_id: fill.fill_id,
      order_id: fill.order_id,
      ticker: fill.market_ticker,
      action: fill.action,
      side: fill.side,
      price_cents: price,
      count,
      total_cents: (fill.price_e4 * fill.count_e2) / 10_000,
      fee_cents: fill.fee_e6 / 10_000,
      is_taker: fill.is_taker,
    },
  }
}

/** What a decided market paid, after what its contracts and their fees had cost. */
export function tellSettlement(one: Settlement, remark = ''): AccountTelling {
  const netE6 = one.revenue_e6 - one.total_cost_e6 - one.fee_e6
  return {
    type: 'settlement',
    severity: netE6 < 0 ? 'warning' : 'success',
    message: `${one.market_ticker} settled ${one.market_result}${remark}: ${dollarsText(netE6)}`,
    metadata: {
      ticker: one.market_ticker,
      market_result: one.market_result,
      total_cost_cents: one.total_cost_e6 / 10_000,
      revenue_cents: one.revenue_e6 / 10_000,
      fees_cents: one.fee_e6 / 10_000,
      net_pnl_cents: netE6 / 10_000,
    },
  }
}
