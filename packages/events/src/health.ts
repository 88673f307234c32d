import { z } from 'zod'
import { timestampMs } from './units.ts'

export const componentStatus = z.enum(['starting', 'healthy', 'degraded', 'unhealthy'])
export type ComponentStatus = z.infer<typeof componentStatus>

/**
 * Every component there is, and whether the system as a whole is down without it. A name that stands
 * here twice or nowhere does not compile, so no component can be left unclassified.
 */
export const components = {
  /** Reported by each process for its own connection. */
  redis: { critical: true },
  health_monitor: { critical: true },
  ws_broadcast: { critical: true },
  exchange_socket: { critical: false },
  trade_feed: { critical: false },
  market_directory: { critical: false },
  order_books: { critical: false },
  account_sync: { critical: false },
  whale_tracker: { critical: false },
  follower: { critical: false },
  executor: { critical: false },
  status_reporter: { critical: false },
} as const
export type ComponentName = keyof typeof components

/** A component's verdict on itself. Nobody re-judges it. */
export const componentReportSchema = z.object({
  component: z.string(),
  /** Whether the system as a whole is down without it. */
  critical: z.boolean(),
  status: componentStatus,
  /** Empty when healthy. */
  reason: z.string(),
  /** Since when the status holds. */
  since_ms: timestampMs,
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
})
export type ComponentReport = z.infer<typeof componentReportSchema>

/** What every process says of itself once a second; silence for three seconds means it is gone. */
export const heartbeatSchema = z.object({
  service: z.string(),
  instance: z.string(),
  started_at_ms: timestampMs,
  sent_at_ms: timestampMs,
  components: z.array(componentReportSchema),
  /** Facts that status-reporter shows (counters, ages); names are stable per service. */
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
})
export type Heartbeat = z.infer<typeof heartbeatSchema>

export const machineState = z.enum([
  'startup',
  'initializing',
  'orderbook_connect',
  'trading_client_connect',
  'kalshi_data_sync',
  'ready',
  'acting',
  'error',
  'shutdown',
])
export type MachineState = z.infer<typeof machineState>

/**
 * `machine_state` wherever it stands: the state of the system's machine now, that is when the message was made;
 * `unknown` where nobody has said it lately. What it was when something happened is `state_at_event`.
 */
export const presentMachineState = machineState.or(z.literal('unknown'))

/** A component as the monitor shows it: its own report, or that it fell silent. */
export const healthComponentSchema = componentReportSchema.extend({
  service: z.string(),
  instance: z.string(),
  /** False when the heartbeat stopped; `status` is then `unhealthy` by silence, not by its own verdict. */
  reporting: z.boolean(),
})

/** Channel `health`. `unknown` is said by a replica that cannot read the bus. */
export const healthSchema = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy', 'unknown']),
  machine_state: presentMachineState,
  machine_state_since_ms: timestampMs,
  components: z.array(healthComponentSchema),
  timestamp_ms: timestampMs,
})
export type HealthComponent = z.infer<typeof healthComponentSchema>
export type Health = z.infer<typeof healthSchema>
