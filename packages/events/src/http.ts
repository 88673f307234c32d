import { z } from 'zod'
import { systemActivitySchema } from './activity.ts'
import { tickerSchema } from './book.ts'
import { decisionSchema } from './decision.ts'
import { filterSchema } from './filter.ts'
import { marketSchema } from './market.ts'
import { cleanupResultSchema } from './order.ts'
import { tradeFrameSchema } from './trade.ts'
import { timestampMs } from './units.ts'
import { severity, whaleSchema } from './whale.ts'
import { tickerPattern } from './wire/channels.ts'
import { scopes } from './wire/scopes.ts'

const maxListed = 500

/** Every parameter that a path or a query may hold. The description is also what a caller is told who got it wrong. */
export const httpParameters = {
  limit: z.number().int().min(1).max(maxListed).describe(`a whole number from 1 to ${maxListed}`),
  ticker: z.string().regex(tickerPattern).describe('the ticker of a market'),
  before: z
    .string()
    .regex(/^[\w.:-]{1,128}$/)
    .describe('the id of an entry, or Unix milliseconds'),
  min_severity: severity.clone().describe(`one of ${severity.options.join(', ')}`),
  orphaned_only: z.boolean().describe('true or false'),
}

/** Newest first. */
export const whaleListSchema = z.object({ whales: z.array(whaleSchema) })
/** Newest first. */
export const decisionListSchema = z.object({ decisions: z.array(decisionSchema) })
/** Newest first. */
export const activityListSchema = z.object({ activities: z.array(systemActivitySchema) })
/** Newest first: all there were since `since_ms`, as far as they are kept. */
export const recentTradesSchema = z.object({ since_ms: timestampMs, trades: z.array(tradeFrameSchema) })
/** What is known of a market; null where nothing is. */
export const marketViewSchema = z.object({
  market: marketSchema.nullable(),
  ticker: tickerSchema.nullable(),
})

/** How one client fares. Ages and delays in ms; null while nothing is known. */
export const clientRecordSchema = z.object({
  id: z.string(),
  /** Of its token. */
  name: z.string(),
  scopes: z.array(z.enum(scopes)),
  address: z.string(),
  since_ms: timestampMs,
  rtt_ms: z.number().nullable(),
  last_pong_ms: timestampMs.nullable(),
  queued_bytes: z.number().int(),
  /** For how long something has waited without a break. */
  queued_age_ms: z.number(),
  /** How long the frames that left last had waited. */
  lag_ms: z.number(),
  frames_sent: z.number().int(),
  bytes_sent: z.number().int(),
  conflated: z.number().int(),
  shed: z.number().int(),
  suppressed: z.number().int(),
  channels: z.array(z.string()),
  /** Of those channels that are filtered, slowed down, or heard as changes: how. */
  filters: z.record(z.string(), filterSchema),
  max_hz: z.record(z.string(), z.number()),
  deltas: z.array(z.string()),
})
/** A replica as it last told itself, at most three seconds ago. */
export const replicaSchema = z.object({
  instance: z.string(),
  since_ms: timestampMs,
  clients: z.number().int(),
  /** By the channel's name; the markets of `tape`, `book` and `ticker` together. */
  listeners: z.record(z.string(), z.number().int()),
})
export const clientListSchema = z.object({
  clients: z.array(clientRecordSchema),
  /** All replicas; null while the bus is away. */
  replicas: z.array(replicaSchema).nullable(),
})

/** Orders of a group are spared unless it is said otherwise. */
export const cleanupRequestSchema = z.strictObject({ orphaned_only: z.boolean().optional() })
/** Executor's result; what was spared stands in it when not everything was to be cancelled. */
export const cleanupAnswerSchema = cleanupResultSchema.partial({ preserved: true, preserved_count: true })

/** A document that describes an interface. */
export const documentSchema = z.record(z.string(), z.unknown())
