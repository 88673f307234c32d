import { z } from 'zod'
import { systemActivitySchema } from './activity.ts'
import { bookDeltaSchema, bookSchema, tickerSchema } from './book.ts'
import { decisionSchema, followSchema, whaleProcessingSchema } from './decision.ts'
import { feedGapSchema, feedStateSchema } from './feed.ts'
import { filterSchema } from './filter.ts'
import { healthSchema } from './health.ts'
import { traderStatusSchema } from './status.ts'
import { tradeFrameSchema } from './trade.ts'
import { tradingStateDeltaSchema, tradingStateSchema } from './trading-state.ts'
import { timestampMs } from './units.ts'
import { whaleQueueSchema, whaleSchema } from './whale.ts'
import { scopes } from './wire/scopes.ts'

const scopeList = z.array(z.enum(scopes))

/** A place in a log channel. */
const positionSchema = z.object({ epoch: z.number().int(), offset: z.number().int() })
/**
 * Where a replica stands in log channels. Whatever the client listens to there, up to
 * this place, was sent before the frame that says so, or was stated as a `gap`: a client takes it as its own place.
 */
const positionsSchema = z.record(z.string(), positionSchema)
export type Positions = z.infer<typeof positionsSchema>

/** First frame of every connection. */
export const connectionSchema = z.object({
  client_id: z.string(),
  /** The replica that answers. */
  server_id: z.string(),
  protocol: z.string(),
  message: z.string(),
  /** Channels that are on without asking. */
  channels: z.array(z.string()),
  /** What this connection may see and do; `auth` changes it. */
  scopes: scopeList,
  ping_interval_ms: z.number().int(),
  /** What a client that has no place yet starts from. The snapshots that follow reach up to it. */
  positions: positionsSchema,
  timestamp_ms: timestampMs,
  /** When the token ends, and with it the connection unless another is shown before. Absent when nothing ends. */
  token_expires_at_ms: timestampMs.optional(),
})
export type Connection = z.infer<typeof connectionSchema>

/** The newest state transitions, oldest first. */
export const historyReplaySchema = z.object({
  transitions: z.array(systemActivitySchema),
  count: z.number().int(),
})
export type HistoryReplay = z.infer<typeof historyReplaySchema>

/**
 * Every channel that is on. `resumed` names those that came back with `resume`; this frame follows whatever was sent
 * again for them. Live goes on after the place; `recovered` says whether all from the client's place up to it was sent.
 * If not, `gap` frames said what was not, and the snapshot of the channel followed.
 */
export const subscribedSchema = z.object({
  channels: z.array(z.string()),
  /** Of those channels that are filtered: what is let through, as the server understands it. */
  filters: z.record(z.string(), filterSchema).optional(),
  /** Of those that are slowed down: how many frames a second come at most, which may be a little less than asked. */
  max_hz: z.record(z.string(), z.number()).optional(),
  resumed: z.record(z.string(), positionSchema.extend({ recovered: z.boolean() })).optional(),
})
export type Subscribed = z.infer<typeof subscribedSchema>
/**
 * What of a log channel could not be proved delivered: offsets `from` to `to`, inclusive; the client's place is now `to`
 * of `epoch`. An epoch that changes without such a frame lost nothing: the replica has proved it, and a `ping` tells the
 * place in the new epoch before its first entry.
 */
export const gapSchema = z.object({
  channel: z.string(),
  epoch: z.number().int(),
  from: z.number().int(),
  to: z.number().int(),
  reason: z.string(),
})
/** Answer to `auth`: who the token belongs to, and what this connection may do from now on. */
export const authenticatedSchema = z.object({
  name: z.string(),
  scopes: scopeList,
  token_expires_at_ms: timestampMs.optional(),
})

/** Why a frame of the client was not obeyed. The connection stays; what ends it is a close code. */
export const errorCode = z.enum([
  'bad_json',
  'unknown_type',
  'bad_frame',
  'binary',
  'unknown_channel',
  'too_many_channels',
  'rate_limited',
  /** The owner of the token has as many connections as one may have. */
  'too_many_connections',
  /** The token is unknown, or the scope is missing. */
  'unauthorized',
  /** What it takes to answer cannot be had just now: try again. */
  'unavailable',
  /** `resync` of a channel that the client does not listen to, or that has no newest value. */
  'not_subscribed',
  /** A filter that has no meaning for one of its channels; nothing of the frame is subscribed. */
  'bad_filter',
  /** More filters or wildcards than one client, or this replica, may have; nothing of the frame is subscribed. */
  'too_many_filters',
  /** The token ends within a minute: `auth` with a fresh one keeps the connection. */
  'token_expiring',
])
export type ErrorCode = z.infer<typeof errorCode>
export const errorSchema = z.object({ code: errorCode, message: z.string() })
export const goawaySchema = z.object({ reason: z.string(), reconnect_after_ms: z.number().int() })
export const pongSchema = z.object({ timestamp_ms: timestampMs })
/** To be answered with `pong` and the same time. Tells the places in the logs that are on. */
export const pingSchema = pongSchema.extend({ positions: positionsSchema })

/** Payload of every frame a browser can get, by its type. */
export const serverFrames = {
  connection: connectionSchema,
  history_replay: historyReplaySchema,
  system_activity: systemActivitySchema,
  trader_status: traderStatusSchema,
  health: healthSchema,
  whale: whaleSchema,
  whale_queue: whaleQueueSchema,
  whale_processing: whaleProcessingSchema,
  decision: decisionSchema,
  follow: followSchema,
  trading_state: tradingStateSchema,
  trading_state_delta: tradingStateDeltaSchema,
  book: bookSchema,
  book_delta: bookDeltaSchema,
  ticker: tickerSchema,
  feed_gap: feedGapSchema,
  feed_state: feedStateSchema,
  trade: tradeFrameSchema,
  subscribed: subscribedSchema,
  authenticated: authenticatedSchema,
  gap: gapSchema,
  error: errorSchema,
  goaway: goawaySchema,
  ping: pingSchema,
  pong: pongSchema,
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

const channelName = z.string().min(1).max(160)
const channelList = z.array(channelName).min(1).max(256)
const heldPosition = z.object({ epoch: z.int().nonnegative(), offset: z.int().nonnegative() })

/** What a client may send. Unknown fields are tolerated, unknown types are answered with `error`. */
export const clientFrameSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('subscribe'),
    channels: channelList,
    /** `trading_state` and books as changes to the value before; the first frame is whole. */
    delta: z.boolean().optional(),
    /** Which entries of these channels are wanted. Another filter of the same channel takes its place. */
    filter: filterSchema.optional(),
    /** Frames a second of each of these channels at most, where newest values or prints are enough; no log is slowed down. */
    max_hz: z.number().min(0.1).max(50).optional(),
    /** The client's place in log channels of this frame: what came after it is sent first, instead of a snapshot. */
    resume: z.record(channelName, heldPosition).optional(),
  }),
  z.object({ type: z.literal('unsubscribe'), channels: channelList }),
  z.object({ type: z.literal('auth'), token: z.string().min(1).max(4_096) }),
  /** The newest value of a latest channel once more, whole. */
  z.object({ type: z.literal('resync'), channel: channelName }),
  z.object({ type: z.literal('ping'), timestamp_ms: z.number().optional() }),
  z.object({ type: z.literal('pong'), timestamp_ms: z.number().optional() }),
])
export type ClientFrame = z.infer<typeof clientFrameSchema>
