import type { Decision, SystemActivity } from '@whalecast/events'

/** What an operator reads of a decision that had an order; undefined for one that had none. */
export function toActivity(
  decision: Decision,
  stateAtEvent: SystemActivity['state_at_event'],
): SystemActivity | undefined {
  const { whale_id, action, reason, order_id, client_order_id, market_ticker, side, timestamp_ms } = decision
  if (client_order_id === null) return undefined
  const followed = action === 'followed'
  const facts = { whale_id, order_id, client_order_id, ticker: market_ticker, side }
  return {
    activity_id: `${followed ? 'whale_follow' : 'trading_error'}:${whale_id}`,
    activity_type: followed ? 'whale_follow' : 'trading_error',
    message: followed ? `Followed a whale: ${reason}` : `Could not follow a whale: ${reason}`,
    state_at_event: stateAtEvent,
    metadata: { severity: followed ? 'success' : 'error', ...facts, ...(!followed && { error: reason }) },
    timestamp_ms,
  }
}
