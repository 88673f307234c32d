import { z } from 'zod'
import { systemActivitySchema } from './activity.ts'
import { feedGapSchema, feedStateSchema } from './feed.ts'
import { healthSchema } from './health.ts'
import { traderStatusSchema } from './status.ts'
import { tradeFrameSchema } from './trade.ts'
import { timestampMs } from './units.ts'
import { whaleQueueSchema, whaleSchema } from './whale.ts'

/** First frame of every connection. */
export const connectionSchema = z.object({
  client_id: z.string(),
  /** The replica that answers. */
  server_id: z.string(),
  protocol: z.string(),
  message: z.string(),
  /** Channels that are on without asking. */
  channels: z.array(z.string()),
  ping_interval_ms: z.number().int(),
  timestamp_ms: timestampMs,
})
export type Connection = z.infer<typeof connectionSchema>

/** The newest state transitions, oldest first. */
export const historyReplaySchema = z.object({
  transitions: z.array(systemActivitySchema),
  count: z.number().int(),
})
export type HistoryReplay = z.infer<typeof historyReplaySchema>

export const subscribedSchema = z.object({ channels: z.array(z.string()) })
/** What of a log channel could not be proved delivered: offsets `from` to `to`, inclusive. */
export const gapSchema = z.object({
  channel: z.string(),
  epoch: z.number().int(),
  from: z.number().int(),
  to: z.number().int(),
  reason: z.string(),
})
export const errorSchema = z.object({ code: z.string(), message: z.string() })
export const goawaySchema = z.object({ reason: z.string(), reconnect_after_ms: z.number().int() })
export const pingSchema = z.object({ timestamp_ms: timestampMs })

/** Payload of every frame a browser can get, by its type. */
export const serverFrames = {
  connection: connectionSchema,
  history_replay: historyReplaySchema,
  system_activity: systemActivitySchema,
  trader_status: traderStatusSchema,
  health: healthSchema,
  whale: whaleSchema,
  whale_queue: whaleQueueSchema,
  feed_gap: feedGapSchema,
  feed_state: feedStateSchema,
  trade: tradeFrameSchema,
  subscribed: subscribedSchema,
  gap: gapSchema,
  error: errorSchema,
  goaway: goawaySchema,
  ping: pingSchema,
  pong: pingSchema,
} as const

export type ServerFrameType = keyof typeof serverFrames
export type ServerFrameData<Type extends ServerFrameType> = z.infer<(typeof serverFrames)[Type]>
/** Payload type of every server frame, by its type; for clients, which import no schema. */
export type ServerFrameMap = { [Type in ServerFrameType]: ServerFrameData<Type> }

/** The envelope of every server frame, around a payload that its `type` decides. */
export const envelopeSchema = z.object({
  type: z.string(),
  ts: timestampMs,
  channel: z.string().optional(),
  epoch: z.number().int().optional(),
  offset: z.number().int().optional(),
  prev: z.number().int().optional(),
  version: z.number().int().optional(),
  data: z.unknown(),
})

const channelList = z.array(z.string().min(1).max(160)).min(1).max(256)

/** What a browser may send. Unknown fields are tolerated, unknown types are answered with `error`. */
export const clientFrameSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('subscribe'), channels: channelList }),
  z.object({ type: z.literal('unsubscribe'), channels: channelList }),
  z.object({ type: z.literal('ping'), timestamp_ms: z.number().optional() }),
  z.object({ type: z.literal('pong'), timestamp_ms: z.number().optional() }),
])
export type ClientFrame = z.infer<typeof clientFrameSchema>
