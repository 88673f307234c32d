import type { Heartbeat, Position } from '@whalecast/events'
import type { Fence, PartitionState } from './bus.ts'

/** An entry of a log channel as the broker keeps it; `data` is not validated yet. */
export type LogEntry = {
  readonly position: Position
  /** Offset of the entry before it in the stream, whatever its epoch. */
  readonly prev: number
  readonly id: string
  readonly type: string
  readonly ts: number
  readonly data: unknown
}

export type LatestEntry = {
  readonly key: string
  readonly type: string
  readonly ts: number
  readonly epoch: number
  readonly term: number
  readonly version: number
  readonly data: unknown
}

export type TapeBatch = {
  readonly producer: string
  /** How many items this producer printed before this batch, lost ones included. */
  readonly before: number
  readonly type: string
  readonly ts: number
  readonly items: readonly unknown[]
}

/** A batch of a work queue as it travels; `through` counts all items of its term up to and with this batch. */
export type RawBatch = {
  readonly term: number
  readonly seq: number
  readonly through: number
  readonly items: readonly unknown[]
}

export type Append = {
  readonly channel: string
  readonly id: string
  readonly type: string
  readonly ts: number
  /** JSON. */
  readonly data: string
  readonly retention: number
  readonly fence: Fence | undefined
}
export type AppendAnswer =
  | { readonly status: 'ok'; readonly position: Position; readonly duplicate: boolean }
  | { readonly status: 'fenced' }

export type SetLatest = {
  readonly channel: string
  readonly key: string
  readonly type: string
  readonly ts: number
  /** JSON. */
  readonly data: string
  readonly fence: Fence
  readonly version: number
}

/**
 * Entries behind a position. `contiguous` is false when it cannot be proved that nothing lies between, or that the log
 * ever came to that position.
 */
export type LogPage = { readonly entries: readonly LogEntry[]; readonly contiguous: boolean }

/** How far a partition's consumer has come: the place of the last committed batch. */
export type Progress = { readonly term: number; readonly seq: number; readonly through: number }

export type PartitionCommit = {
  readonly queue: string
  readonly fence: Fence
  /** The batch that is committed; undefined when the state changes apart from any batch. */
  readonly progress: Progress | undefined
  readonly set: Readonly<Record<string, string>>
  readonly del: readonly string[]
  readonly seen: Uint8Array | undefined
  /** Bounds of the memory of seen ids. */
  readonly seenMaxIds: number
  readonly seenMaxAgeMs: number
}

/** `known`: this very batch is committed already, nothing was changed. `fenced`: a newer owner holds the partition. */
export type CommitAnswer = 'ok' | 'known' | 'fenced'

/** Hears what comes on a topic, in order. `onInterrupted`: messages may have been missed until now. */
export type Listener<Entry> = {
  readonly onEntry: (entry: Entry) => void
  readonly onInterrupted?: () => void
}

/** Hears a log channel: its entries, and beats between them that tell its newest position. */
export type LogListener = Listener<LogEntry> & { readonly onBeat?: (top: Position) => void }

export type Listening = {
  /** Resolves when every message published from now on will be heard. */
  readonly ready: Promise<void>
  end(): void
}

/** The delivery of a queue's batches to one handler at a time, in order, again after a crash. */
export type Working = { close(): Promise<void> }

/** The connection to the broker went away before an answer came, for good: the bus was closed. */
export class BrokerClosedError extends Error {
  override readonly name = 'BrokerClosedError'
}

/**
 * The atomic operations that the bus is made of. Each is one script on Redis, or one synchronous step in
 * memory. Promises wait while the broker is away and reject only with BrokerClosedError or on a broker error
 * that trying again cannot cure. Every write may be repeated without harm.
 */
export interface Broker {
  readonly connected: boolean
  append(entry: Append): Promise<AppendAnswer>
  readAfter(channel: string, after: Position, limit: number): Promise<LogPage>
  readNewest(channel: string, limit: number): Promise<readonly LogEntry[]>
  head(channel: string): Promise<Position>
  listenLog(channel: string, listener: LogListener): Listening
  /**
   * Lets all who listen to a log channel hear its newest position, in order with its entries, unless one was let out
   * less than `restMs` ago.
   */
  beatLog(channel: string, restMs: number): Promise<void>
  /** Makes the connection anew on which everything is heard; listeners are told of the interruption. */
  restartReader(): void

  setLatest(value: SetLatest): Promise<'ok' | 'fenced' | 'stale'>
  getLatest(channel: string, key: string): Promise<LatestEntry | undefined>
  listenLatest(channel: string, listener: Listener<LatestEntry>): Listening

  /** Sends to whoever listens now; false when the broker is away. Never waits. */
  print(channel: string, batch: TapeBatch): boolean
  listenTape(channel: string, listener: Listener<TapeBatch>): Listening

  /** The term, when the lease is free or held by the same holder already. */
  acquire(name: string, holder: string, ttlMs: number): Promise<number | undefined>
  renew(name: string, holder: string, ttlMs: number): Promise<boolean>
  release(name: string, holder: string): Promise<void>

  add(queue: string, batch: RawBatch): Promise<void>
  /** Items that wait in the queue or are being handled. */
  backlog(queue: string): Promise<number>
  work(queue: string, handle: (batch: RawBatch) => Promise<void>): Promise<Working>
  /** What is committed, after which no older term can commit any more. */
  loadPartition(
    queue: string,
    fence: Fence,
  ): Promise<{ readonly state: PartitionState; readonly progress: Progress } | 'fenced'>
  progress(queue: string): Promise<Progress>
  commit(commit: PartitionCommit): Promise<CommitAnswer>

  /** Keeps what could not be handled, with its reason, for a person to look at. Bounded. */
  deadLetter(source: string, reason: string, payload: string): Promise<void>
  beat(heartbeat: Heartbeat): Promise<void>
  heartbeats(): Promise<readonly unknown[]>
  ping(): Promise<number>
  close(): Promise<void>
}

/** A queue's partition has one name everywhere: `trades-0`. */
export function partitionName(queue: string, partition: number): string {
  return `${queue}-${partition}`
}

export const noProgress: Progress = { term: 0, seq: 0, through: 0 }
/** Where a log channel stands that nobody ever wrote to. */
export const beforeEverything: Position = { epoch: 0, offset: 0 }
