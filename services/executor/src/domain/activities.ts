import type {
  ActivitySeverity,
  ActivityType,
  CleanupResult,
  Fill,
  OrderResult,
  Settlement,
  SystemActivity,
} from '@whalecast/events'
import type { Cleanup, Order } from './broker.ts'

/** Something to tell an operator; the id is the same however often it is told. */
export type Told = {
  readonly id: string
  readonly type: ActivityType
  readonly severity: ActivitySeverity
  readonly message: string
  readonly metadata?: Readonly<Record<string, unknown>>
}

export function toActivity({ id, type, severity, message, metadata }: Told, nowMs: number): SystemActivity {
  return {
    activity_id: id,
    activity_type: type,
    message,
    state: 'unknown',
    metadata: { severity, service: 'executor', ...metadata },
    timestamp_ms: nowMs,
  }
}

const moneyOf = (e6: number): string => `${e6 < 0 ? '-' : ''}$${(Math.abs(e6) / 1_000_000).toFixed(2)}`

/** A match of a paper order. */
export function tellFill(fill: Fill): Told {
  const count = fill.count_e2 / 100
  const price = fill.price_e4 / 100
  const did = fill.action === 'buy' ? 'Bought' : 'Sold'
  return {
    id: `fill:${fill.fill_id}`,
    type: 'order_fill',
    severity: 'success',
    message: `${did} ${count} ${fill.side.toUpperCase()} of ${fill.market_ticker} at ${price} ¢ on paper`,
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

/** What a decided market paid to the paper account. */
export function tellSettlement(one: Settlement): Told {
  const netE6 = one.revenue_e6 - one.total_cost_e6 - one.fee_e6
  return {
    id: `settlement:paper:${one.market_ticker}:${one.settled_at_ms}`,
    type: 'settlement',
    severity: netE6 < 0 ? 'warning' : 'success',
    message: `${one.market_ticker} settled ${one.market_result} on paper: ${moneyOf(netE6)}`,
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

/** An order that came to nothing, or of which nobody knows; undefined for one that was placed. */
export function tellTrouble(order: Order, result: OrderResult): Told | undefined {
  const { status, reason, client_order_id: id, broker } = result
  if (status === 'placed') return undefined
  return {
    id: `order:${id}:${status}`,
    type: 'trading_error',
    severity: status === 'unknown' ? 'error' : 'warning',
    message: `Order for ${order.market_ticker} ${status === 'unknown' ? 'is in doubt' : `was ${status}`}: ${reason}`,
    metadata: { client_order_id: id, whale_id: order.whale_id, ticker: order.market_ticker, status, broker },
  }
}

/** Who asked for orders to be cancelled, and what came of it. */
export function tellCleanup(command: Cleanup, result: CleanupResult): Told {
  const { mode, success, cancelled_count: count, preserved_count: kept, error_count: errors } = result
  const what = mode === 'all' ? 'every resting order' : 'orders without a group'
  return {
    id: `cleanup:${command.command_id}`,
    type: 'cleanup',
    severity: success ? 'success' : 'error',
    message: `${command.requested_by} had ${what} cancelled: ${count} cancelled, ${kept} kept, ${errors} failed`,
    metadata: {
      requested_by: command.requested_by,
      command_id: command.command_id,
      mode,
      cancelled_count: count,
      preserved_count: kept,
      error_count: errors,
    },
  }
}
