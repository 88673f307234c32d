import type {
  ChannelEvent,
  ChannelName,
  ChannelOf,
  Heartbeat,
  Position,
  QueueItem,
  QueueName,
} from '@whalecast/events'
import type { HandlerChange } from './handler-guard.ts'
import type { EnqueueResult, LatestResult, LogResult, TapeResult } from './results.ts'

/**
 * Proof of ownership. Every lease has a term that only grows; whoever writes with a lower term than
 * the highest seen from the same owner name is refused.
 */
export type Fence = { readonly owner: string; readonly term: number }

/** A held lease. `lost` fires when it expired or was taken over; after that every write with its fence is refused. */
export type Lease = {
  readonly name: string
  readonly fence: Fence
  readonly lost: AbortSignal
  /** Gives the lease back at once, so that a standby need not wait for it to expire. Idempotent. */
  release(): Promise<void>
}

/** What a subscriber gets from a log channel: in order, without holes, or `onGap` was called first. */
export type LogMessage<Name extends ChannelOf<'log'>> = ChannelEvent<Name> & {
  readonly channel: Name
  readonly id: string
  readonly ts: number
  readonly position: Position
}

/** What a subscriber gets from a latest channel. Steps between two of them may have been skipped. */
export type LatestMessage<Name extends ChannelOf<'latest'>> = ChannelEvent<Name> & {
  readonly channel: Name
  /** Empty for channels with one value. */
  readonly key: string
  readonly ts: number
  readonly epoch: number
  readonly term: number
  readonly version: number
}

/** What a subscriber gets from a tape channel: a batch, and how many messages before it were lost. */
export type TapeMessage<Name extends ChannelOf<'tape'>> = {
  readonly channel: Name
  readonly type: ChannelEvent<Name>['type']
  readonly items: readonly ChannelEvent<Name>['data'][]
  readonly ts: number
  /** Items known to be lost since the batch before. */
  readonly lost: number
}

export type Message<Name extends ChannelName> =
  Name extends ChannelOf<'log'>
    ? LogMessage<Name>
    : Name extends ChannelOf<'latest'>
      ? LatestMessage<Name>
      : Name extends ChannelOf<'tape'>
        ? TapeMessage<Name>
        : never

/** Ends a subscription: no call to its handler begins afterwards. Idempotent. */
export type Disposer = () => void

/** A stretch of a log channel that is gone for good: trimmed away, or lost with a Redis that restarted empty. */
export type LogGap = { readonly channel: ChannelName; readonly after: Position; readonly next: Position }

/** Entries of a log channel behind a position, oldest first. */
export type LogReplay<Name extends ChannelOf<'log'>> = {
  readonly messages: readonly LogMessage<Name>[]
  /** Nothing lies between the position and these; without entries: it is the log's newest. */
  readonly proven: boolean
  /** How far was read: the place of the last entry, whether it fits its schema or not. */
  readonly through: Position
}

export type SubscribeOptions = {
  /** Subscriptions of one owner end together, by `disposeOwner`. */
  readonly owner?: string
  /** Latest channels with keys: only this key. */
  readonly key?: string
  /** Log channels: deliver what came after this position first. Default: only what comes from now on. */
  readonly after?: Position
  /** Log channels: called before the first message behind a hole that cannot be filled. */
  readonly onGap?: (gap: LogGap) => void
  /** How many messages may wait for the handler. Beyond it log refills later, latest conflates, tape sheds. @default 1000 */
  readonly capacity?: number
  /** A handler that takes longer is counted as an error and no longer waited for. @default 5000 */
  readonly timeoutMs?: number
  /**
   * A handler that takes too long three times in a row, or fails more than a hundred times in a minute, gets nothing
   * for so long, then one message as a trial; each failed trial doubles the rest, up to a minute. @default 1000
   */
  readonly restMs?: number
}

/** Items of one batch, with the place in the producer's order that makes their effects happen once. */
export type Batch<Name extends QueueName> = {
  readonly term: number
  readonly seq: number
  readonly items: readonly QueueItem<Name>[]
}

/** The durable state of one partition: named fields, and the packed ids of what was seen lately, newest last. */
export type PartitionState = {
  readonly fields: ReadonlyMap<string, string>
  readonly seen: readonly Uint8Array[]
}

/** What a batch changes in that state; applied together with the batch's position, or not at all. */
export type Commit = {
  readonly set?: Readonly<Record<string, string>>
  readonly del?: readonly string[]
  /** Packed ids to remember (16 bytes each). */
  readonly seen?: Uint8Array
}

/**
 * Changes a partition's state between batches, or in the middle of one: what it sets stands even if the batch fails
 * afterwards. Resolves when it is durable; rejects when the partition is no longer held or the worker was replaced.
 */
export type Save = (change: Commit) => Promise<void>

/** Handles the batches of one partition while the lease holds; made anew from the committed state after any failure. */
export type PartitionWorker<Name extends QueueName> = {
  /** Publishes what has to go out, then returns what to commit. A throw leads to a fresh worker and the same batch again. */
  onBatch(batch: Batch<Name>, fence: Fence): Promise<Commit> | Commit
  /** The lease is gone or the consumer stops; nothing more will come. */
  onEnd?(): void
}

export type Consumer = {
  /** Whether this process holds the partition now. */
  readonly active: boolean
  close(): Promise<void>
}

export type ConsumeOptions<Name extends QueueName> = {
  readonly partition: number
  readonly start: (state: PartitionState, fence: Fence, save: Save) => PartitionWorker<Name>
  /** Attempts at one batch before it goes to the dead-letter list. @default 5 */
  readonly attempts?: number
}

/** Sends items of one partition in order. Batches by itself: at once when nothing is in flight, else what gathered meanwhile. */
export type Producer<Name extends QueueName> = {
  /** Takes one item. Never blocks. */
  enqueue(item: QueueItem<Name>): EnqueueResult
  /** Outstanding items (taken, not yet committed by the consumer) ÷ capacity. */
  readonly utilization: number
  /** Outstanding items. */
  readonly outstanding: number
  /** Resolves when the queue is under its low-water mark; at once when it is not full. */
  relief(signal?: AbortSignal): Promise<void>
  /** Resolves when everything taken so far is in the queue. */
  flush(): Promise<void>
  close(): Promise<void>
}

export type ProducerOptions = {
  readonly partition: number
  readonly fence: Fence
  /** In items. */
  readonly capacity: number
  /** Items taken beyond `capacity` before `rejected`. @default capacity / 10 */
  readonly holdBack?: number
}

/** What became of a handler that was left alone for a while. The bus tells it as an activity itself. */
export type HandlerHealth = {
  readonly type: 'handler_health'
  readonly channel: string
  readonly owner: string
} & HandlerChange

/** Something the bus wants an operator to know. Its user turns it into a log line and an activity. */
export type Notice =
  | {
      readonly type: 'queue_pressure'
      readonly queue: string
      readonly level: 'high' | 'full' | 'normal'
      readonly utilization: number
    }
  | { readonly type: 'rejected'; readonly target: string; readonly reason: string }
  | {
      readonly type: 'handler_error'
      readonly channel: string
      readonly owner: string
      readonly error: unknown
    }
  | HandlerHealth
  | { readonly type: 'dead_letter'; readonly source: string; readonly reason: string }
  | { readonly type: 'connection'; readonly state: 'up' | 'down'; readonly reason: string }
  | { readonly type: 'epoch'; readonly channel: string; readonly epoch: number }

/**
 * Everything between processes. Four classes of message, each with one promise:
 * log: no loss inside retention, in order; latest: the newest is always readable, an older never wins;
 * tape: at most once, losses counted; work: at least once on the queue, effects once by `Commit`.
 */
export interface Bus {
  /**
   * Appends to a log channel. The same id again answers with the earlier position.
   * While Redis is away it waits; it never gives up by itself before `close`.
   */
  publish<Name extends ChannelOf<'log'>>(
    channel: Name,
    event: ChannelEvent<Name>,
    options: { readonly id: string; readonly fence?: Fence },
  ): Promise<LogResult>

  /** Sets a latest value. Only the newest waiting value per key is sent; `version` grows within a term. */
  put<Name extends ChannelOf<'latest'>>(
    channel: Name,
    event: ChannelEvent<Name>,
    options: { readonly fence: Fence; readonly version: number; readonly key?: string },
  ): Promise<LatestResult>

  /** Sends items to whoever listens now. Sheds when Redis is away. */
  print<Name extends ChannelOf<'tape'>>(
    channel: Name,
    type: ChannelEvent<Name>['type'],
    items: readonly ChannelEvent<Name>['data'][],
  ): TapeResult

  /**
   * Delivers a channel to a handler, apart from every other handler: own queue, own timeout, own errors.
   * A latest channel begins with the newest value there is (of `key`, or the channel's only one).
   */
  subscribe<Name extends ChannelName>(
    channel: Name,
    handler: (message: Message<Name>) => void | Promise<void>,
    options?: SubscribeOptions,
  ): Disposer
  /** Ends every subscription of an owner. */
  disposeOwner(owner: string): void
  /** Live subscriptions, for tests and metrics. */
  readonly subscriptionCount: number

  /** The newest value of a latest channel. */
  latest<Name extends ChannelOf<'latest'>>(
    channel: Name,
    key?: string,
  ): Promise<LatestMessage<Name> | undefined>
  /** Entries of a log channel, oldest first: the `limit` newest, or up to `limit` after a position. */
  history<Name extends ChannelOf<'log'>>(
    channel: Name,
    options: { readonly limit: number; readonly after?: Position },
  ): Promise<readonly LogMessage<Name>[]>
  /** Up to `limit` entries of a log channel after a position, and whether they provably continue it. */
  replay<Name extends ChannelOf<'log'>>(
    channel: Name,
    after: Position,
    limit: number,
  ): Promise<LogReplay<Name>>
  /** Where a log channel stands: the position of its newest entry (offset 0 when empty). */
  head(channel: ChannelOf<'log'>): Promise<Position>

  producer<Name extends QueueName>(queue: Name, options: ProducerOptions): Promise<Producer<Name>>
  consume<Name extends QueueName>(queue: Name, options: ConsumeOptions<Name>): Promise<Consumer>

  /**
   * Waits until the lease is ours. Rejects only when `signal` aborts or the bus closes; the signal ends the
   * wait, not the lease. @default ttlMs 3000
   */
  lease(name: string, options?: { readonly ttlMs?: number; readonly signal?: AbortSignal }): Promise<Lease>

  /** Says that this process lives; forgotten after three seconds without another. */
  beat(heartbeat: Heartbeat): Promise<void>
  /** Heartbeats of every process that lives. */
  heartbeats(): Promise<readonly Heartbeat[]>

  /**
   * Why subscribed log channels may lag behind the broker now; undefined while all that is published on them is proved
   * to be heard. A reader that went silent, or an entry that was lost, is noticed within three seconds and cured.
   */
  readonly behind: string | undefined
  /** Whether commands reach the broker now. */
  readonly connected: boolean
  /** Round trip to the broker in ms; rejects when it is away. */
  ping(): Promise<number>
  /** Ends every subscription, producer, consumer and lease of this bus, then its connections. Idempotent. */
  close(): Promise<void>
}
