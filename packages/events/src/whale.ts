import { z } from 'zod'
import { tradeFrameSchema } from './trade.ts'
import { ticker, timestampMs } from './units.ts'

/** How the whale queue measures a print; `payout` is the predecessor's whale size. */
export const sizeMetric = z.enum(['payout', 'cost', 'risk'])
export type SizeMetric = z.infer<typeof sizeMetric>

const printFieldsSchema = tradeFrameSchema.omit({ trade_id: true })

/** One line of the whale queue. */
export const whaleEntrySchema = printFieldsSchema.extend({
  /** The trade id of the print. */
  whale_id: z.string(),
  title: z.string().nullable(),
  /** What YES stands for, where the title alone does not say. */
  sub_title: z.string().nullable().optional(),
  risk_dollars: z.number(),
  /** The size that ranks the queue, by the configured metric. */
  whale_size_dollars: z.number(),
  /** Age when the message was made, one decimal; screens count on from `timestamp_ms`. */
  age_seconds: z.number(),
})
export type WhaleEntry = z.infer<typeof whaleEntrySchema>

export const whaleStatsSchema = z.object({
  /** Each trade id once. Always trades_discarded + trades_accepted. */
  trades_seen: z.number().int(),
  trades_discarded: z.number().int(),
  trades_accepted: z.number().int(),
  /** One decimal. */
  discard_rate_percent: z.number(),
  queue_size: z.number().int(),
  max_queue_size: z.number().int(),
  window_minutes: z.number(),
  min_size_dollars: z.number(),
  size_metric: sizeMetric,
})
export type WhaleStats = z.infer<typeof whaleStatsSchema>

/** The N largest prints inside the window, largest first. */
export const whaleQueueSchema = z.object({
  queue: z.array(whaleEntrySchema),
  stats: whaleStatsSchema,
  timestamp_ms: timestampMs,
})
export type WhaleQueue = z.infer<typeof whaleQueueSchema>

/** S1 is a whale by dollars alone; S2 to S4 are bands of contracts. */
export const severity = z.enum(['S1', 'S2', 'S3', 'S4'])
export type Severity = z.infer<typeof severity>

/** A print large enough to tell everyone about. Channel `whales`. */
export const whaleSchema = printFieldsSchema.extend({
  whale_id: z.string(),
  title: z.string().nullable(),
  /** What YES stands for, where the title alone does not say. */
  sub_title: z.string().nullable().optional(),
  event_ticker: ticker.nullable(),
  risk_dollars: z.number(),
  whale_size_dollars: z.number(),
  severity,
  /** Why this severity, in words. */
  severity_reason: z.string(),
  detected_at_ms: timestampMs,
})
export type Whale = z.infer<typeof whaleSchema>
