import {
  tellFill,
  tellSettlement,
  type ActivitySeverity,
  type ActivityType,
  type CleanupResult,
  type Fill,
  type OrderResult,
  type Settlement,
  type SystemActivity,
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
    state_at_event: 'unknown',
    metadata: { severity, service: 'executor', ...metadata },
    timestamp_ms: nowMs,
  }
}

const onPaper = ' on paper'

/** A match of a paper order. */
export const tellPaperFill = (fill: Fill): Told => ({
  id: `fill:${fill.fill_id}`,
  ...tellFill(fill, onPaper),
})

/** What a decided market paid to the paper account. */
export const tellPaperSettlement = (one: Settlement): Told => ({
  id: `settlement:paper:${one.market_ticker}:${one.settled_at_ms}`,
  ...tellSettlement(one, onPaper),
})

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
