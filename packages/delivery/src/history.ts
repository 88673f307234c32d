/** A place in a log. Offsets of different epochs do not compare; a later epoch is a greater number. */
export type Place = { readonly epoch: number; readonly offset: number }

/** What the publisher did. `offered` and `put` are told before the attempt, whatever becomes of it. */
export type PublisherEvent =
  | {
      readonly type: 'offered'
      readonly channel: string
      readonly id: string
      /** The views that show it; without this, all. */
      readonly views?: readonly string[]
    }
  | ({ readonly type: 'acknowledged'; readonly channel: string; readonly id: string } & Place)
  | {
      readonly type: 'put'
      readonly channel: string
      readonly version: number
      readonly digest: string
    }
  | { readonly type: 'put_acknowledged'; readonly channel: string; readonly version: number }

/** What one client saw, in the order in which it saw it; connections that came and went between are no matter. */
export type ClientEvent = { readonly client: string; readonly channel: string } & (
  | {
      readonly type: 'listens'
      /** What part of the channel it asked for; without this, all of it. */
      readonly view?: string
      /** Everything after this place is owed to it; without this, everything after the first entry that it sees. */
      readonly from?: Place
    }
  | ({ readonly type: 'entry'; readonly id: string } & Place)
  /** It was told that these offsets, both included, will not come; in a new epoch, the end of the one before as well. */
  | { readonly type: 'gap'; readonly epoch: number; readonly from: number; readonly to: number }
  /** It was told that it has been sent everything up to here. */
  | ({ readonly type: 'proved' } & Place)
  | { readonly type: 'value'; readonly version: number; readonly digest: string }
  /** It listens no more, or ended; nothing later is owed to it. */
  | { readonly type: 'leaves' }
)

/**
 * A line of a history. Each client's events stand in its own order, and `offered` and `put` before anybody can have
 * seen what they are about; an acknowledgement may come after that.
 */
export type HistoryEvent = PublisherEvent | ClientEvent
