import type { MeasuredProcess } from '../measure/use-recorder.ts'

/** What a system says of itself, counted since its start. */
export type Counts = {
  /** Trades whose effect is in the whale queue, each id once. */
  readonly seen: number
  readonly duplicates: number
  /** Trades that were refused on the way. */
  readonly rejected: number
  /** Times the exchange socket was no longer read. */
  readonly pauses: number
  /** How often a process of it was started again. */
  readonly restarts: number
}

/** Seconds within which half and 99 % of what passed a hop did so. */
export type HopLatency = { readonly hop: string; readonly p50: number; readonly p99: number }

/** A way from an exchange socket into a whale queue. */
export type Subject = AsyncDisposable & {
  readonly name: string
  /** Trades that may lie between the exchange and the whale queue. */
  readonly capacity: number
  /** The first of the counts, asked often. */
  seen(): Promise<number>
  counts(): Promise<Counts>
  processes(): readonly MeasuredProcess[]
  /** Begins to watch latencies; the answer tells those since then. */
  watchLatency(): Promise<() => Promise<readonly HopLatency[]>>
}
