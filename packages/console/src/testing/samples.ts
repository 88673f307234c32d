import type {
  Activity,
  FeedGap,
  Health,
  HealthComponent,
  Trade,
  TraderStatus,
  Whale,
  WhaleEntry,
  WhaleQueue,
} from '../state/frames.ts'
import { newLink, type Link } from '../state/link.ts'

/** The moment at which every sample is looked at. */
export const nowMs = 1_800_000_000_000

const print = {
  market_ticker: 'KXTEST-26-A',
  side: 'yes',
  price_cents: 62.5,
  count: 12_400,
  cost_dollars: 7_750,
  payout_dollars: 12_400,
  is_block_trade: false,
  timestamp_ms: nowMs - 65_000,
  received_at_ms: nowMs - 64_980,
} as const

export const trade = (fields: Partial<Trade> = {}): Trade => ({ trade_id: 't1', ...print, ...fields })

export const entry = (fields: Partial<WhaleEntry> = {}): WhaleEntry => ({
  whale_id: 'w1',
  title: 'Will it rain?',
  risk_dollars: 12_008,
  whale_size_dollars: 12_400,
  age_seconds: 65,
  ...print,
  ...fields,
})

export const whaleQueue = (queue: WhaleEntry[], stats: Partial<WhaleQueue['stats']> = {}): WhaleQueue => ({
  queue,
  stats: {
    trades_seen: 1_500,
    trades_discarded: 1_450,
    trades_accepted: 50,
    discard_rate_percent: 96.7,
    queue_size: queue.length,
    max_queue_size: 10,
    window_minutes: 5,
    min_size_dollars: 100,
    size_metric: 'payout',
    ...stats,
  },
  timestamp_ms: nowMs,
})

export const whale = (fields: Partial<Whale> = {}): Whale => ({
  whale_id: 'w1',
  title: 'Will it rain?',
  event_ticker: 'KXTEST-26',
  risk_dollars: 12_008,
  whale_size_dollars: 12_400,
  severity: 'S2',
  severity_reason: '12,400 contracts, at least 10,000',
  detected_at_ms: nowMs - 64_900,
  ...print,
  ...fields,
})

export const activity = (fields: Partial<Activity> = {}): Activity => ({
  activity_id: 'a1',
  activity_type: 'operation',
  message: 'something happened',
  state_at_event: 'ready',
  metadata: {},
  timestamp_ms: nowMs - 1_000,
  ...fields,
})

export const transition = (to: NonNullable<Activity['to_state']>, fields: Partial<Activity> = {}): Activity =>
  activity({
    activity_id: `to-${to}`,
    activity_type: 'state_transition',
    from_state: 'startup',
    to_state: to,
    state_at_event: to,
    ...fields,
  })

export const component = (name: string, fields: Partial<HealthComponent> = {}): HealthComponent => ({
  component: name,
  critical: false,
  status: 'healthy',
  reason: '',
  since_ms: nowMs - 90_000,
  details: {},
  service: 'ingest',
  instance: 'ingest-1',
  reporting: true,
  ...fields,
})

export const health = (components: HealthComponent[], fields: Partial<Health> = {}): Health => ({
  status: 'healthy',
  machine_state: 'ready',
  machine_state_since_ms: nowMs - 60_000,
  components,
  timestamp_ms: nowMs,
  ...fields,
})

export const status = (metrics: Partial<TraderStatus['metrics']> = {}): TraderStatus => ({
  timestamp_ms: nowMs - 2_000,
  machine_state: 'ready',
  health: 'healthy',
  metrics: {
    uptime: 100,
    machine_state: 'ready',
    health: 'healthy',
    context: 'periodic',
    markets_connected: 12,
    snapshots_received: 12,
    deltas_received: 400,
    trades_received: 1_500,
    trades_per_second: 14.2,
    queue_utilization: 0.01,
    ws_clients: 3,
    ws_messages_sent: 99,
    ping_health: 'healthy',
    last_ping_age: 0,
    api_connected: true,
    api_url: 'https://api.example/v2',
    ws_url: 'wss://ws.example/v2',
    connection_established_ms: nowMs - 90_000,
    first_trade_received_ms: nowMs - 89_000,
    ...metrics,
  },
})

export const gap = (fields: Partial<FeedGap> = {}): FeedGap => ({
  gap_id: 'g1',
  channel: 'trade',
  from: 5,
  to: 7,
  cause: 'sequence',
  since_ms: nowMs - 30_000,
  until_ms: nowMs - 26_000,
  filled: 3,
  missing: 0,
  ...fields,
})

export const connectedLink = (fields: Partial<Link> = {}): Link => ({
  ...newLink,
  state: {
    type: 'connected',
    sinceMs: nowMs - 8_000,
    connection: {
      client_id: 'c1',
      server_id: 'broadcast-1',
      protocol: 'whalecast.v1',
      message: 'hello',
      channels: [],
      scopes: ['market'],
      ping_interval_ms: 30_000,
      positions: {},
      timestamp_ms: nowMs - 8_000,
    },
  },
  stats: {
    frames: 120,
    duplicates: 2,
    gaps: 0,
    resumed: 0,
    unrecovered: 0,
    unknownFrames: 0,
    invalidFrames: 0,
    connections: 3,
    tokenFailures: 0,
    rttMs: 4,
    lastFrameAtMs: nowMs,
  },
  frameRates: [12, 14],
  ...fields,
})
