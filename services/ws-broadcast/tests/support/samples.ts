import type { Bus } from '@whalecast/bus'
import type { Health, SystemActivity, Trade, TraderStatus, Whale, WhaleQueue } from '@whalecast/events'

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

function sampleWhale(id: string, over: Partial<Whale> = {}): Whale {
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
    state: 'ready',
    state_since_ms: 1_790_000_000_000,
    components: [],
    timestamp_ms: Date.now(),
    ...over,
  }
}

function sampleStatus(): TraderStatus {
  return {
    timestamp_ms: Date.now(),
    state: 'ready',
    health: 'healthy',
    metrics: {
      uptime: 5,
      state: 'ready',
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
  }
}

function sampleActivity(id: string, over: Partial<SystemActivity> = {}): SystemActivity {
  return {
    activity_id: id,
    activity_type: 'health_check',
    message: 'all is well',
    state: 'ready',
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

export const publishWhale = (bus: Bus, id: string, over?: Partial<Whale>) =>
  bus.publish('whales', { type: 'whale', data: sampleWhale(id, over) }, { id })

export const publishActivity = (bus: Bus, id: string, over?: Partial<SystemActivity>) =>
  bus.publish('system', { type: 'system_activity', data: sampleActivity(id, over) }, { id })

export const putQueue = (bus: Bus, version: number) =>
  bus.put('whale_queue', { type: 'whale_queue', data: sampleQueue(version) }, { fence, version })

export const putHealth = (bus: Bus, version: number, over?: Partial<Health>) =>
  bus.put('health', { type: 'health', data: sampleHealth(over) }, { fence, version })

export const putStatus = (bus: Bus, version: number) =>
  bus.put('status', { type: 'trader_status', data: sampleStatus() }, { fence, version })
