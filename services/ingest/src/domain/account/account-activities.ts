import type { Settlement } from '@whalecast/events'
import type { AccountFill } from '@whalecast/kalshi'
import type { Told } from '../activities.ts'
import type { ReadingNews } from './account-book.ts'

const centsOf = (e6: number): number => e6 / 10_000
const moneyOf = (e6: number): string => `${e6 < 0 ? '-' : ''}$${(Math.abs(e6) / 1_000_000).toFixed(2)}`

/** A match of one of the account's orders. */
export function tellFill(fill: AccountFill): Told {
  const count = fill.count_e2 / 100
  const price = fill.price_e4 / 100
  const did = fill.action === 'buy' ? 'Bought' : 'Sold'
  return {
    type: 'order_fill',
    severity: 'success',
    message: `${did} ${count} ${fill.side.toUpperCase()} of ${fill.market_ticker} at ${price} ¢`,
    metadata: {
      trade_id: fill.fill_id,
      order_id: fill.order_id,
      ticker: fill.market_ticker,
      action: fill.action,
      side: fill.side,
      price_cents: price,
      count,
      total_cents: (fill.price_e4 * fill.count_e2) / 10_000,
      fee_cents: centsOf(fill.fee_e6),
      is_taker: fill.is_taker,
      post_position: fill.position_after_e2 === null ? null : fill.position_after_e2 / 100,
    },
  }
}

/** What a market paid to the account. */
export function tellSettlement(one: Settlement): Told {
  const netE6 = one.revenue_e6 - one.total_cost_e6 - one.fee_e6
  return {
    type: 'settlement',
    severity: netE6 < 0 ? 'warning' : 'success',
    message: `${one.market_ticker} settled ${one.market_result}: ${moneyOf(netE6)}`,
    metadata: {
      ticker: one.market_ticker,
      market_result: one.market_result,
      total_cost_cents: centsOf(one.total_cost_e6),
      revenue_cents: centsOf(one.revenue_e6),
      fees_cents: centsOf(one.fee_e6),
      net_pnl_cents: centsOf(netE6),
    },
  }
}

export type SyncTotals = {
  readonly balanceE6: number
  readonly positions: number
  readonly orders: number
}

/** A reading that changed something, or the first one; undefined for one that found everything as it was. */
export function tellSync({ first, changes }: ReadingNews, totals: SyncTotals): Told | undefined {
  const { balance_e6 = 0, positions = 0, orders = 0 } = changes ?? {}
  if (!first && balance_e6 === 0 && positions === 0 && orders === 0) return undefined
  const counts = `${totals.positions} positions, ${totals.orders} resting orders`
  return {
    type: 'sync',
    severity: 'info',
    message: `Account read: ${moneyOf(totals.balanceE6)}, ${counts}`,
    metadata: {
      sync_type: first ? 'initial' : 'periodic',
      balance: centsOf(totals.balanceE6),
      balance_change: centsOf(balance_e6),
      position_count: totals.positions,
      position_count_change: positions,
      order_count: totals.orders,
      order_count_change: orders,
    },
  }
}
