import { z } from 'zod'
import { presentMachineState } from './health.ts'
import { timestampMs } from './units.ts'

/**
 * Channel `status`: the predecessor's trader_status, with every time in milliseconds.
 * A figure is null while the process that knows it is silent: an old value is never shown as the present one.
 */
export const traderStatusSchema = z.object({
  timestamp_ms: timestampMs,
  machine_state: presentMachineState,
  health: z.enum(['healthy', 'degraded', 'unhealthy', 'unknown']),
  metrics: z.object({
    /** Seconds since the reporting process began. */
    uptime: z.number(),
    machine_state: presentMachineState,
    health: z.enum(['healthy', 'degraded', 'unhealthy', 'unknown']),
    /** Why this status was sent: `periodic`, or the phase that changed. */
    context: z.string(),
    /** Order books with a snapshot. */
    markets_connected: z.number().int().nullable(),
    snapshots_received: z.number().int().nullable(),
    deltas_received: z.number().int().nullable(),
    trades_received: z.number().int().nullable(),
    trades_per_second: z.number().nullable(),
    queue_utilization: z.number().nullable(),
    ws_clients: z.number().int().nullable(),
    ws_messages_sent: z.number().int().nullable(),
    /** Liveness of the exchange socket. */
    ping_health: z.enum(['healthy', 'degraded', 'unhealthy', 'unknown']),
    /** Seconds since the last sign of life from the exchange; null before the first. */
    last_ping_age: z.number().nullable(),
    api_connected: z.boolean().nullable(),
    api_url: z.string().nullable(),
    ws_url: z.string().nullable(),
    connection_established_ms: timestampMs.nullable(),
    first_trade_received_ms: timestampMs.nullable(),
  }),
})
export type TraderStatus = z.infer<typeof traderStatusSchema>
