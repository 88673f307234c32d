import type { Bus } from '@whalecast/bus'
import type {
  Book,
  Decision,
  Health,
  SystemActivity,
  Trade,
  TraderStatus,
  TradingState,
  Whale,
  WhaleQueue,
} from '@whalecast/events'
import { sampleTradingState } from '@whalecast/events/testing'

const fence = { owner: 'test', term: 1 }

const print = {
  market_ticker: 'KXTEST-1',
  side: 'yes' as const,
  price_cents: 62,
  count: 20_000,
  cost_dollars: 12_400,
  payout_dollars: 20_000,
  is_block_trade: false,
  timestamp_ms: 1_790_000_000_000,
  received_at_ms: 1_790_000_000_005,
}

export function sampleWhale(id: string, over: Partial<Whale> = {}): Whale {
  return {
    ...print,
    whale_id: id,
    title: 'Will it rain?',
    event_ticker: 'KXTEST',
    risk_dollars: 19_400,
    whale_size_dollars: 20_000,
    severity: 'S2',
    severity_reason: '20,000 contracts',
    detected_at_ms: 1_790_000_000_010,
    ...over,
  }
}

function sampleQueue(tradesSeen: number): WhaleQueue {
  return {
    queue: [
      { ...print, whale_id: 'w', title: null, risk_dollars: 1, whale_size_dollars: 20_000, age_seconds: 0.5 },
    ],
    stats: {
      trades_seen: tradesSeen,
      trades_discarded: 0,
      trades_accepted: tradesSeen,
      discard_rate_percent: 0,
      queue_size: 1,
      max_queue_size: 10,
      window_minutes: 5,
      min_size_dollars: 100,
      size_metric: 'payout',
    },
    timestamp_ms: 1_790_000_000_000,
  }
}

function sampleHealth(over: Partial<Health> = {}): Health {
  return {
    status: 'healthy',
    machine_state: 'ready',
    machine_state_since_ms: 1_790_000_000_000,
    components: [],
    timestamp_ms: Date.now(),
    ...over,
  }
}

function sampleStatus(over: Partial<TraderStatus> = {}): TraderStatus {
  return {
    timestamp_ms: Date.now(),
    machine_state: 'ready',
    health: 'healthy',
    metrics: {
      uptime: 5,
      machine_state: 'ready',
      health: 'healthy',
      context: 'periodic',
      markets_connected: 1,
      snapshots_received: 1,
      deltas_received: 1,
      trades_received: 1,
      trades_per_second: 50,
      queue_utilization: 0,
      ws_clients: 1,
      ws_messages_sent: 1,
      ping_health: 'healthy',
      last_ping_age: 0.5,
      api_connected: true,
      api_url: 'https://api.example',
      ws_url: 'wss://api.example',
      connection_established_ms: 1_790_000_000_000,
      first_trade_received_ms: 1_790_000_000_000,
    },
    ...over,
  }
}

export function sampleActivity(id: string, over: Partial<SystemActivity> = {}): SystemActivity {
  return {
    activity_id: id,
    activity_type: 'health_check',
    message: 'all is well',
    state_at_event: 'ready',
    metadata: {},
    timestamp_ms: 1_790_000_000_000,
    ...over,
  }
}

export function sampleTrade(id: string, ticker = 'KXTEST-1'): Trade {
  return {
    trade_id: id,
    market_ticker: ticker,
    taker_side: 'yes',
    yes_price_e4: 6_200,
    count_e2: 40_000,
    is_block_trade: false,
    executed_at_ms: 1_790_000_000_000,
    received_at_ms: 1_790_000_000_005,
  }
}

function sampleDecision(id: string, over: Partial<Decision> = {}): Decision {
  return {
    whale_id: id,
    action: 'skipped_age',
    reason: 'seen 12 s ago, at most 10 s',
    order_id: null,
    client_order_id: null,
    age_seconds: 12,
    market_ticker: 'KXTEST-1',
    title: null,
    side: 'yes',
    whale_size_dollars: 20_000,
    timestamp_ms: 1_790_000_000_000,
    ...over,
  }
}

export function sampleBook(ticker: string, bid: number): Book {
  return {
    market_ticker: ticker,
    state: 'live',
    yes: [{ price_cents: bid, count: 100 }],
    no: [{ price_cents: 98 - bid, count: 50 }],
    best_yes_bid_cents: bid,
    best_yes_ask_cents: bid + 2,
    spread_cents: 2,
    mid_cents: bid + 1,
    yes_depth: 100,
    no_depth: 50,
    timestamp_ms: 1_790_000_000_000,
  }
}

export const publishDecision = (bus: Bus, id: string, over?: Partial<Decision>) =>
  bus.publish('decisions', { type: 'decision', data: sampleDecision(id, over) }, { id })

export const publishProcessing = (bus: Bus, whaleId: string) =>
  bus.publish(
    'decisions',
    {
      type: 'whale_processing',
      data: { whale_id: whaleId, status: 'processing', action: null, timestamp_ms: 1_790_000_000_000 },
    },
    { id: `${whaleId}-processing` },
  )

export const putTradingState = (bus: Bus, version: number, over?: Partial<TradingState>) =>
  bus.put(
    'trading_state',
    { type: 'trading_state', data: sampleTradingState(version, over) },
    { fence, version },
  )

/** A book whose best bid is also its version. */
export const putBook = (bus: Bus, ticker: string, bid: number) =>
  bus.put('book', { type: 'book', data: sampleBook(ticker, bid) }, { fence, version: bid, key: ticker })

export const putTicker = (bus: Bus, ticker: string, price: number) =>
  bus.put(
    'ticker',
    {
      type: 'ticker',
      data: {
        market_ticker: ticker,
        price_cents: price,
        yes_bid_cents: price,
        yes_ask_cents: price + 1,
        volume: 1,
        open_interest: null,
        timestamp_ms: 1_790_000_000_000,
      },
    },
    { fence, version: price, key: ticker },
  )

export const putMarket = (bus: Bus, ticker: string, title: string) =>
  bus.put(
    'market',
    {
      type: 'market',
      data: {
        market_ticker: ticker,
        event_ticker: null,
        title,
        sub_title: null,
        status: 'open',
        close_at_ms: null,
      },
    },
    { fence, version: 1, key: ticker },
  )

export const publishFeedGap = (bus: Bus, id: string) =>
  bus.publish(
    'feed',
    {
      type: 'feed_gap',
      data: {
        gap_id: id,
        channel: 'trade',
        from: 7,
        to: 9,
        cause: 'sequence',
        since_ms: 1_790_000_000_000,
        until_ms: null,
        filled: 0,
        missing: null,
      },
    },
    { id },
  )

export const publishFeedState = (bus: Bus, id: string) =>
  bus.publish(
    'feed',
    {
      type: 'feed_state',
      data: { source: 'trades-a', state: 'live', reason: '', since_ms: 1_790_000_000_000 },
    },
    { id },
  )

export const putFollow = (bus: Bus, version: number) =>
  bus.put(
    'follow',
    {
      type: 'follow',
      data: {
        strategy: 'hold',
        active: false,
        reason: 'the strategy is hold',
        stats: {
          whales_detected: 0,
          whales_followed: 0,
          whales_skipped: 0,
          failed: 0,
          by_action: {
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
          },
          tokens_remaining: 3,
          max_tokens: 3,
          token_refill_seconds: 20,
        },
        followed_whales: [],
        day: {
          started_at_ms: 1_790_000_000_000,
          trades: 0,
          realized_pnl_e6: 0,
          ledger_since_ms: null,
          booked_e6: null,
        },
        timestamp_ms: 1_790_000_000_000,
      },
    },
    { fence, version },
  )

export const publishWhale = (bus: Bus, id: string, over?: Partial<Whale>) =>
  bus.publish('whales', { type: 'whale', data: sampleWhale(id, over) }, { id })

export const publishActivity = (bus: Bus, id: string, over?: Partial<SystemActivity>) =>
  bus.publish('system', { type: 'system_activity', data: sampleActivity(id, over) }, { id })

export const putQueue = (bus: Bus, version: number) =>
  bus.put('whale_queue', { type: 'whale_queue', data: sampleQueue(version) }, { fence, version })

export const putHealth = (bus: Bus, version: number, over?: Partial<Health>) =>
  bus.put('health', { type: 'health', data: sampleHealth(over) }, { fence, version })

export const putStatus = (bus: Bus, version: number, over?: Partial<TraderStatus>) =>
  bus.put('status', { type: 'trader_status', data: sampleStatus(over) }, { fence, version })
