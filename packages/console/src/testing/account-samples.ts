import type {
  Decision,
  DecisionAction,
  Follow,
  FollowedWhale,
  PositionDetail,
  TradingState,
} from '../state/frames.ts'
import { decisionActions } from '../parts/decision-badge.tsx'
import { nowMs } from './samples.ts'

export const position = (fields: Partial<PositionDetail> = {}): PositionDetail => ({
  ticker: 'KXTEST-26-A',
  title: 'Will it rain?',
  position: 5,
  side: 'yes',
  total_traded: 255,
  cost: 255,
  market_value: 270,
  unrealized_pnl: 15,
  realized_pnl: -120,
  fees_paid: 9,
  market_bid: 54,
  market_ask: 56,
  market_close_ms: nowMs + 3_600_000,
  price_source: 'book',
  session_updated: false,
  last_updated_ms: nowMs,
  ...fields,
})

export const account = (fields: Partial<TradingState> = {}): TradingState => ({
  timestamp_ms: nowMs - 2_000,
  version: 7,
  broker: 'paper',
  balance: 98_745,
  portfolio_value: 1_620,
  position_count: 1,
  order_count: 2,
  positions: ['KXTEST-26-A'],
  open_orders: 2,
  order_list: [],
  sync_timestamp_ms: nowMs - 8_000,
  changes: null,
  order_group: null,
  pnl: null,
  positions_details: [],
  position_listener: {
    mode: 'live',
    connected: true,
    positions_received: 3,
    fills_received: 1,
    last_update_ms: nowMs,
    connection_count: 1,
  },
  session_updates: { updated_tickers: [], count: 0 },
  fills: [],
  settlements: [],
  settlements_count: 0,
  ...fields,
})

export const decision = (fields: Partial<Decision> = {}): Decision => ({
  whale_id: 'w1',
  action: 'followed',
  reason: 'bought 5 YES at 51¢',
  order_id: 'o1',
  client_order_id: null,
  age_seconds: 2,
  market_ticker: 'KXTEST-26-A',
  title: 'Will it rain?',
  side: 'yes',
  whale_size_dollars: 12_400,
  timestamp_ms: nowMs - 3_000,
  ...fields,
})

export const followedWhale = (fields: Partial<FollowedWhale> = {}): FollowedWhale => ({
  whale_id: 'w1',
  order_id: 'o1',
  market_ticker: 'KXTEST-26-A',
  title: 'Will it rain?',
  side: 'yes',
  our_count: 5,
  filled_count: 5,
  price_cents: 51,
  cost_dollars: 2.55,
  payout_dollars: 5,
  whale_size_dollars: 12_400,
  placed_at_ms: nowMs - 40_000,
  age_seconds: 2,
  ...fields,
})

const noActions: Record<DecisionAction, number> = {
  followed: 0,
  failed: 0,
  skipped_age: 0,
  skipped_position: 0,
  skipped_orders: 0,
  rate_limited: 0,
  skipped_side: 0,
  skipped_price: 0,
  skipped_spread: 0,
  skipped_limit: 0,
  halted: 0,
}

const today = {
  day: {
    started_at_ms: nowMs - 3_600_000,
    trades: 1,
    realized_pnl_e6: -1_500_000,
    ledger_since_ms: null,
    booked_e6: null,
  },
}

/** Counts that reconcile, from the count of each verdict. */
export function follow(
  counts: Partial<Record<DecisionAction, number>> = {},
  fields: Partial<Follow> = {},
): Follow {
  const by_action = { ...noActions, ...counts }
  const judged = decisionActions.reduce((sum, action) => sum + by_action[action], 0)
  return {
    strategy: 'whale_follower',
    active: true,
    reason: '',
    stats: {
      whales_detected: judged,
      whales_followed: by_action.followed,
      whales_skipped: judged - by_action.followed - by_action.failed,
      failed: by_action.failed,
      by_action,
      tokens_remaining: 1.4,
      max_tokens: 3,
      token_refill_seconds: 20,
    },
    followed_whales: [],
    ...today,
    timestamp_ms: nowMs,
    ...fields,
  }
}
