import type { Book, Health, OrderResult, WhaleEntry } from '@whalecast/events'
import type { FollowRule } from '../domain/follow/follow-rule.ts'
import { epochMs } from './trades.ts'

export const followRule: FollowRule = {
  strategy: 'whale_follower',
  tradesPerMinute: 3,
  maxAgeMs: 10_000,
  countE2: 500,
  maxMoveE4: 100,
  maxSpreadE4: 300,
  maxPositionE2: 10_000,
  maxPortfolioE6: 500e6,
  maxDailyTrades: 20,
  maxDailyLossE6: 100e6,
  maxFailures: 5,
}

/** A whale of $400 that took YES at 62 cents, with whatever else a test needs. */
export function makeWhale(id: string, over: Partial<WhaleEntry> = {}): WhaleEntry {
  return {
    whale_id: id,
    market_ticker: `KX-${id}`,
    title: `Will ${id}?`,
    side: 'yes',
    price_cents: 62,
    count: 400,
    cost_dollars: 248,
    payout_dollars: 400,
    risk_dollars: 388.31,
    whale_size_dollars: 400,
    is_block_trade: false,
    age_seconds: 0,
    timestamp_ms: epochMs,
    received_at_ms: over.timestamp_ms ?? epochMs,
    ...over,
  }
}

export function makeHealth(state: Health['machine_state'] = 'ready', nowMs = epochMs): Health {
  return {
    status: 'healthy',
    machine_state: state,
    machine_state_since_ms: nowMs,
    components: [],
    timestamp_ms: nowMs,
  }
}

/** A live book of this bid and ask of YES, in cents. */
export function makeBook(ticker: string, bid: number | null = 60, ask: number | null = 62): Book {
  return {
    market_ticker: ticker,
    state: 'live',
    yes: bid === null ? [] : [{ price_cents: bid, count: 1_000 }],
    no: ask === null ? [] : [{ price_cents: 100 - ask, count: 1_000 }],
    best_yes_bid_cents: bid,
    best_yes_ask_cents: ask,
    spread_cents: bid === null || ask === null ? null : ask - bid,
    mid_cents: bid === null || ask === null ? null : (bid + ask) / 2,
    yes_depth: 1_000,
    no_depth: 1_000,
    timestamp_ms: epochMs,
  }
}

/** All of five contracts bought at 62 cents, with whatever else a test needs. */
export function makeResult(over: Partial<OrderResult> = {}): OrderResult {
  return {
    client_order_id: 'id-w',
    whale_id: 'w',
    market_ticker: 'KX-w',
    status: 'placed',
    broker: 'paper',
    order_id: 'order-1',
    filled_e2: 500,
    remaining_e2: 0,
    average_price_e4: 6_200,
    fee_e6: 0,
    reason: '',
    timestamp_ms: epochMs,
    ...over,
  }
}
