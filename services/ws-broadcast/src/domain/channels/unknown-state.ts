import type { Health, TraderStatus } from '@whalecast/events'

/** What this replica says of the system's health when it cannot know it. */
export function unknownHealth(sinceMs: number, nowMs: number): Health {
  return {
    status: 'unknown',
    machine_state: 'unknown',
    machine_state_since_ms: sinceMs,
    components: [],
    timestamp_ms: nowMs,
  }
}

/**
 * What this replica says of the system's status when it cannot know it: no figure is better than an old one.
 * `uptime` is this replica's own, in seconds.
 */
export function unknownStatus(uptime: number, nowMs: number, context: string): TraderStatus {
  return {
    timestamp_ms: nowMs,
    machine_state: 'unknown',
    health: 'unknown',
    metrics: {
      uptime,
      machine_state: 'unknown',
      health: 'unknown',
      context,
      markets_connected: null,
      snapshots_received: null,
      deltas_received: null,
      trades_received: null,
      trades_per_second: null,
      queue_utilization: null,
      ws_clients: null,
      ws_messages_sent: null,
      ping_health: 'unknown',
      last_ping_age: null,
      api_connected: null,
      api_url: null,
      ws_url: null,
      connection_established_ms: null,
      first_trade_received_ms: null,
    },
  }
}
