import type { ComponentStatus, Heartbeat } from '@whalecast/events'
import { epochMs } from '@whalecast/events/testing'

export { epochMs }

/** What an ingest that works tells about itself. */
export const ingestFacts: Heartbeat['facts'] = {
  trades_received: 5_000,
  trades_per_second: 48.5,
  queue_utilization: 0.012,
  markets_connected: 10,
  snapshots_received: 11,
  deltas_received: 421,
  last_frame_at_ms: epochMs + 200,
  connection_established_ms: epochMs - 50_000,
  first_trade_received_ms: epochMs - 49_000,
  api_connected: true,
  api_url: 'https://api.example/trade-api/v2',
  ws_url: 'wss://ws.example/trade-api/ws/v2',
}

/** A heartbeat with an exchange socket in the given status. */
export function makeBeat(
  service: string,
  over: Partial<Heartbeat> = {},
  socket: ComponentStatus = 'healthy',
): Heartbeat {
  return {
    service,
    instance: service,
    started_at_ms: epochMs,
    sent_at_ms: epochMs,
    components: [
      {
        component: 'exchange_socket',
        critical: false,
        status: socket,
        reason: '',
        since_ms: epochMs,
        details: {},
      },
    ],
    facts: {},
    ...over,
  }
}
