import { z } from 'zod'
import { machineState } from './health.ts'
import { timestampMs } from './units.ts'

export const activityType = z.enum([
  'state_transition',
  'health_check',
  'degraded',
  'recovered',
  'connection',
  'queue_pressure',
  'dead_letter',
  'handler_error',
  'operation',
  'sync',
  'order_fill',
  'settlement',
  'whale_follow',
  'trading_error',
  'order_group',
  'cleanup',
])
export type ActivityType = z.infer<typeof activityType>

export const activitySeverity = z.enum(['info', 'warning', 'error', 'success'])
export type ActivitySeverity = z.infer<typeof activitySeverity>

/** Something that happened and that an operator wants to read. Channel `system`. */
export const systemActivitySchema = z.object({
  /** Same happening, same id, also when it is told twice. */
  activity_id: z.string(),
  activity_type: activityType,
  message: z.string(),
  /**
   * The machine's state when this happened, whatever it is by now: the target for a transition, `unknown` where
   * whoever tells it does not know. It says nothing of the present; that is `machine_state` in `health` and `status`.
   */
  state_at_event: machineState.or(z.literal('unknown')),
  from_state: machineState.optional(),
  to_state: machineState.optional(),
  metadata: z.looseObject({ severity: activitySeverity.optional() }),
  timestamp_ms: timestampMs,
})
export type SystemActivity = z.infer<typeof systemActivitySchema>
