import type { z } from 'zod'
import { systemActivitySchema } from './activity.ts'
import { feedGapSchema, feedStateSchema } from './feed.ts'
import { healthSchema } from './health.ts'
import { marketSchema } from './market.ts'
import { traderStatusSchema } from './status.ts'
import { tradeSchema } from './trade.ts'
import { whaleQueueSchema, whaleSchema } from './whale.ts'

/**
 * Every channel between processes: its class (what it promises, see the bus) and the payload of each type on it.
 * `retention` of a log channel is how many entries its stream keeps.
 */
export const channels = {
  system: { class: 'log', retention: 1_000, types: { system_activity: systemActivitySchema } },
  whales: { class: 'log', retention: 5_000, types: { whale: whaleSchema } },
  feed: { class: 'log', retention: 1_000, types: { feed_gap: feedGapSchema, feed_state: feedStateSchema } },
  status: { class: 'latest', types: { trader_status: traderStatusSchema } },
  health: { class: 'latest', types: { health: healthSchema } },
  whale_queue: { class: 'latest', types: { whale_queue: whaleQueueSchema } },
  /** One value per market, keyed by its ticker. */
  market: { class: 'latest', types: { market: marketSchema } },
  tape: { class: 'tape', types: { trade: tradeSchema } },
} as const

/** Every work queue: the items of its batches. */
export const queues = {
  trades: { item: tradeSchema },
} as const

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

export type QueueName = keyof typeof queues
export type QueueItem<Name extends QueueName> = z.infer<(typeof queues)[Name]['item']>

/** The schema of a type on a channel; undefined for a type this version does not know. */
export function payloadSchema(channel: ChannelName, type: string): z.ZodType | undefined {
  const types: Record<string, z.ZodType> = channels[channel].types
  return Object.hasOwn(types, type) ? types[type] : undefined
}
