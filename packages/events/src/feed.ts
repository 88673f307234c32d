import { z } from 'zod'
import { timestampMs } from './units.ts'

/** What the exchange feed missed, and what became of it. Published again under the same gap_id when that changes. */
export const feedGapSchema = z.object({
  gap_id: z.string(),
  channel: z.string(),
  /** Sequence numbers missing, inclusive; null where the channel has none (a cut, not a hole). */
  from: z.number().int().nullable(),
  to: z.number().int().nullable(),
  cause: z.enum(['sequence', 'disconnect', 'backpressure', 'redis_reset', 'restart', 'overflow']),
  since_ms: timestampMs,
  until_ms: timestampMs.nullable(),
  /** Messages recovered so far. */
  filled: z.number().int(),
  /** Messages known to be missing; null while nobody can tell. */
  missing: z.number().int().nullable(),
})
export type FeedGap = z.infer<typeof feedGapSchema>

/** The state of one exchange socket, told on change. */
export const feedStateSchema = z.object({
  source: z.string(),
  state: z.enum(['connecting', 'live', 'silent', 'paused', 'reconnecting', 'auth_failed', 'stopped']),
  reason: z.string(),
  since_ms: timestampMs,
})
export type FeedState = z.infer<typeof feedStateSchema>

/** Up to where the trades are in the queue, or their loss is stated. A new ingest goes on from there. */
export const feedPositionSchema = z.object({
  /** Execution time, by the exchange's clock. */
  executed_at_ms: timestampMs,
  timestamp_ms: timestampMs,
})
export type FeedPosition = z.infer<typeof feedPositionSchema>
