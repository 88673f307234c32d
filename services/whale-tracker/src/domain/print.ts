import { costE6, payoutE6, riskDollars, type SizeMetric, type Trade } from '@whalecast/events'

/** A trade that reached the minimum, with what ranks it and when it leaves the window. */
export type Print = {
  readonly trade: Trade
  /** Size by the configured metric, in 1e-6 dollars. */
  readonly sizeE6: number
  /** First millisecond at which it is no longer inside the window. */
  readonly expiresAtMs: number
}

/** A trade's size by one metric, in 1e-6 dollars. No metric is ever larger than the payout. */
export function sizeE6(trade: Trade, metric: SizeMetric): number {
  if (metric === 'payout') return payoutE6(trade)
  if (metric === 'cost') return costE6(trade)
  return Math.round(riskDollars(trade) * 1e6)
}

/**
 * When the trade leaves a window of `windowMs`. Counted from its execution; from its receipt when the exchange's
 * clock runs ahead of ours, so that no wrong clock can keep a print in the window longer than the window is.
 */
export function expiresAtMs(trade: Trade, windowMs: number): number {
  return Math.min(trade.executed_at_ms, trade.received_at_ms) + windowMs
}

/** Total order of prints, largest first; ties by time, newest first; then by trade id. */
export function byRank(a: Print, b: Print): number {
  if (a.sizeE6 !== b.sizeE6) return b.sizeE6 - a.sizeE6
  if (a.expiresAtMs !== b.expiresAtMs) return b.expiresAtMs - a.expiresAtMs
  if (a.trade.trade_id === b.trade.trade_id) return 0
  return a.trade.trade_id < b.trade.trade_id ? -1 : 1
}
