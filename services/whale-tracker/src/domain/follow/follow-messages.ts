import {
  roundTo,
  type Decision,
  type DecisionAction,
  type FollowedWhale,
  type FollowOrder,
  type OrderResult,
} from '@whalecast/events'
import type { Candidate } from './candidate.ts'
import type { Outcome } from './orders-under-way.ts'

const ageSeconds = (atMs: number, nowMs: number): number => Math.max(0, roundTo((nowMs - atMs) / 1_000, 1))

/** The decision about a whale that leads to no order. */
export function skipDecision(
  whale: Candidate,
  { action, reason }: { readonly action: DecisionAction; readonly reason: string },
  nowMs: number,
): Decision {
  return {
    whale_id: whale.whaleId,
    action,
    reason,
    order_id: null,
    client_order_id: null,
    age_seconds: ageSeconds(whale.executedAtMs, nowMs),
    market_ticker: whale.marketTicker,
    title: whale.title,
    side: whale.side,
    whale_size_dollars: whale.sizeDollars,
    timestamp_ms: nowMs,
  }
}

/** The decision about a whale whose order came to an end; its age is that at which the order was made. */
export function orderDecision({ whaleId, order, result }: Outcome, nowMs: number): Decision {
  const { followed, reason } = toldOf(order, result)
  return {
    whale_id: whaleId,
    action: followed ? 'followed' : 'failed',
    reason,
    order_id: result === 'unknown' ? null : result.order_id,
    client_order_id: order.client_order_id,
    age_seconds: ageSeconds(order.whale_at_ms, order.requested_at_ms),
    market_ticker: order.market_ticker,
    title: order.title,
    side: order.side,
    whale_size_dollars: order.whale_size_dollars,
    timestamp_ms: nowMs,
  }
}

function toldOf(order: FollowOrder, result: OrderResult | 'unknown') {
  const count = order.count_e2 / 100
  const what = `${count} ${order.side.toUpperCase()} of ${order.market_ticker} at ${order.price_e4 / 100} ¢`
  if (result === 'unknown')
    return { followed: false, reason: `${what}: nobody said what became of the order` }
  if (result.status !== 'placed')
    return { followed: false, reason: `${what}: ${result.status}, ${result.reason}` }
  const bought = result.filled_e2 / 100
  if (result.filled_e2 + result.remaining_e2 === 0) {
    return { followed: false, reason: `${what}: nothing of it was bought` }
  }
  const state =
    result.remaining_e2 === 0 ? 'all bought' : `${bought} bought, ${result.remaining_e2 / 100} waiting`
  return { followed: true, reason: `${what}: ${state}` }
}

/** What was bought because of a whale; by its limit where nobody said the price. */
export function followedWhale(
  whaleId: string,
  order: FollowOrder,
  result: Pick<OrderResult, 'order_id' | 'filled_e2' | 'remaining_e2' | 'average_price_e4' | 'timestamp_ms'>,
): Omit<FollowedWhale, 'age_seconds'> {
  const { filled_e2: filledE2, remaining_e2: remainingE2, average_price_e4: averageE4 } = result
  const count = (filledE2 + remainingE2) / 100
  const costE6 = filledE2 * (averageE4 ?? order.price_e4) + remainingE2 * order.price_e4
  return {
    whale_id: whaleId,
    order_id: result.order_id,
    market_ticker: order.market_ticker,
    title: order.title,
    side: order.side,
    our_count: count,
    filled_count: filledE2 / 100,
    price_cents: count === 0 ? order.price_e4 / 100 : roundTo(costE6 / count / 10_000, 4),
    cost_dollars: roundTo(costE6 / 1e6, 6),
    payout_dollars: count,
    whale_size_dollars: order.whale_size_dollars,
    placed_at_ms: result.timestamp_ms,
  }
}
