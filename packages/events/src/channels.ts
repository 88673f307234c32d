import type { z } from 'zod'
import { accountSchema } from './account.ts'
import { systemActivitySchema } from './activity.ts'
import { bookSchema, tickerSchema } from './book.ts'
import { decisionSchema, followSchema, whaleProcessingSchema } from './decision.ts'
import { feedGapSchema, feedPositionSchema, feedStateSchema } from './feed.ts'
import { healthSchema } from './health.ts'
import { marketSchema } from './market.ts'
import { cleanupResultSchema, orderRequestSchema, orderResultSchema, type OrderRequest } from './order.ts'
import { traderStatusSchema } from './status.ts'
import { tradeSchema, type Trade } from './trade.ts'
import { sessionSchema, tradingStateSchema } from './trading-state.ts'
import { whaleQueueSchema, whaleSchema } from './whale.ts'

/**
 * Every channel between processes: its class (what it promises, see the bus) and the payload of each type on it.
 * `retention` of a log channel is how many entries its stream keeps.
 */
export const channels = {
  system: { class: 'log', retention: 1_000, types: { system_activity: systemActivitySchema } },
  whales: { class: 'log', retention: 5_000, types: { whale: whaleSchema } },
  feed: { class: 'log', retention: 1_000, types: { feed_gap: feedGapSchema, feed_state: feedStateSchema } },
  feed_position: { class: 'latest', types: { feed_position: feedPositionSchema } },
  decisions: {
    class: 'log',
    retention: 5_000,
    types: { whale_processing: whaleProcessingSchema, decision: decisionSchema },
  },
  order_results: {
    class: 'log',
    retention: 5_000,
    types: { order_result: orderResultSchema, cleanup_result: cleanupResultSchema },
  },
  account: { class: 'latest', types: { account: accountSchema } },
  follow: { class: 'latest', types: { follow: followSchema } },
  trading_state: { class: 'latest', types: { trading_state: tradingStateSchema } },
  session: { class: 'latest', types: { session: sessionSchema } },
  status: { class: 'latest', types: { trader_status: traderStatusSchema } },
  health: { class: 'latest', types: { health: healthSchema } },
  whale_queue: { class: 'latest', types: { whale_queue: whaleQueueSchema } },
  /** One value per market, keyed by its ticker. */
  market: { class: 'latest', types: { market: marketSchema } },
  /** Keyed by ticker, like `market`. */
  book: { class: 'latest', types: { book: bookSchema } },
  ticker: { class: 'latest', types: { ticker: tickerSchema } },
  tape: { class: 'tape', types: { trade: tradeSchema } },
} as const

type QueueItems = {
  readonly trades: Trade
  readonly orders: OrderRequest
}
/** Every work queue: the items of its batches. */
const queueItems: { readonly [Name in keyof QueueItems]: z.ZodType<QueueItems[Name]> } = {
  trades: tradeSchema,
  orders: orderRequestSchema,
}

export type Channels = typeof channels
export type ChannelName = keyof Channels
export type ChannelClass = Channels[ChannelName]['class']
/** The channels of one class. */
export type ChannelOf<Class extends ChannelClass> = {
  [Name in ChannelName]: Channels[Name]['class'] extends Class ? Name : never
}[ChannelName]

type Types<Name extends ChannelName> = Channels[Name]['types']
/** What may be published on a channel: a type of that channel with its payload. */
export type ChannelEvent<Name extends ChannelName> = {
  [Type in keyof Types<Name>]: {
    readonly type: Type
    readonly data: Types<Name>[Type] extends z.ZodType ? z.infer<Types<Name>[Type]> : never
  }
}[keyof Types<Name>]

export type QueueName = keyof QueueItems
export type QueueItem<Name extends QueueName> = QueueItems[Name]

/** The item as it may travel; undefined when it does not fit its queue's schema. */
export function parseQueueItem<Name extends QueueName>(
  queue: Name,
  value: unknown,
): QueueItem<Name> | undefined {
  return queueItems[queue].safeParse(value).data
}

export function isChannelOf<Class extends ChannelClass>(
  name: ChannelName,
  wanted: Class,
): name is ChannelOf<Class> {
  return channels[name].class === wanted
}

/** What was sent as `type` on a channel; undefined for an unknown type or a payload that does not fit it. */
export function parseChannelEvent<Name extends ChannelName>(
  channel: Name,
  { type, data }: { readonly type: PropertyKey; readonly data: unknown },
): ChannelEvent<Name> | undefined {
  const types: Record<PropertyKey, z.ZodType> = channels[channel].types
  const parsed = Object.hasOwn(types, type) ? types[type]?.safeParse(data) : undefined
  const event = { type, data: parsed?.data }
  return parsed?.success && isParsed(channel, event) ? event : undefined
}

/** Carries what the schema proved over into the type. */
function isParsed<Name extends ChannelName>(
  channel: Name,
  event: { readonly type: PropertyKey; readonly data: unknown },
): event is ChannelEvent<Name> {
  return Object.hasOwn(channels[channel].types, event.type)
}
