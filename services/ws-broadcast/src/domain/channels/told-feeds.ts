import type { Filter } from '@whalecast/events'
import { readFeed } from './feeds.ts'

/** What a client listens to, and in which form, in words of the protocol. */
export type ToldFeeds = {
  readonly channels: string[]
  readonly filters: Record<string, Filter>
  readonly max_hz: Record<string, number>
  /** Channels that are heard as changes. */
  readonly deltas: string[]
}

export function tellFeeds(names: readonly string[]): ToldFeeds {
  const told: ToldFeeds = { channels: [], filters: {}, max_hz: {}, deltas: [] }
  for (const { channel, filter, maxHz, delta } of names.flatMap((name) => readFeed(name) ?? [])) {
    told.channels.push(channel)
    if (filter) told.filters[channel] = filter
    if (maxHz !== undefined) told.max_hz[channel] = maxHz
    if (delta) told.deltas.push(channel)
  }
  return told
}
