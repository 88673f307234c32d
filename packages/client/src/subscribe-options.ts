import type { Filter } from '@whalecast/events'
import type { Staleness } from './freshness.ts'
import type { ServerFrame } from './server-frame.ts'

/** What of a channel is wanted, by the server's own names. A frame has to fit every condition that is set. */
export type ChannelFilter = { readonly [Key in keyof Filter]: Readonly<Filter[Key]> }

/** How channels are asked for. Asking again with other options begins a channel anew, its history included. */
export type SubscribeOptions = {
  /** Applied by the server, which also proves continuity under it. @default everything */
  readonly filter?: ChannelFilter
  /** At most so many frames a second of a latest or tape channel, 0.1 to 50; log channels ignore it. @default as they come */
  readonly maxHz?: number
}

/** How one channel is read. */
export type ReadOptions = SubscribeOptions & {
  /** Called with each gap of this channel, in its place among the frames. */
  readonly onGap?: (gap: ServerFrame<'gap'>) => void
  /** Age of its newest data from which on it counts as stale. @default 15 or 30 s where the channel has a pace, else never */
  readonly staleAfterMs?: number
  /** Called when its data has become stale, and when it is fresh again. */
  readonly onStaleness?: (change: Staleness) => void
}
