import type { ClientState, ClientStats } from '@whalecast/client'
import type { Missed } from './frames.ts'

/** Seconds of history behind the small charts. */
export const sampleCount = 60

const missedLines = 5

/** The page's own connection, as it sees it. */
export type Link = {
  readonly state: ClientState
  readonly stats: ClientStats | null
  /** Frames a second, one value a sample, newest last. */
  readonly frameRates: readonly number[]
  /** Prints a second on the tape, likewise. */
  readonly tradeRates: readonly number[]
  /** Holes in what this page received, newest first. */
  readonly missed: readonly Missed[]
  /** How far this machine's clock is ahead of the server's, by the greeting. */
  readonly clockAheadMs: number
  readonly sampledAtMs: number | null
  readonly tradesAtSample: number
}

export const newLink: Link = {
  state: { type: 'connecting', attempt: 1, retryAtMs: null, reason: '' },
  stats: null,
  frameRates: [],
  tradeRates: [],
  missed: [],
  clockAheadMs: 0,
  sampledAtMs: null,
  tradesAtSample: 0,
}

export function onLinkState(link: Link, state: ClientState): Link {
  if (state.type !== 'connected') return { ...link, state }
  const clockAheadMs = state.sinceMs - state.connection.timestamp_ms
  // The snapshots that follow the greeting are no rate: the next sample only sets the mark.
  return { ...link, state, clockAheadMs, sampledAtMs: null }
}

export function onMissed(link: Link, missed: Missed): Link {
  return { ...link, missed: [missed, ...link.missed].slice(0, missedLines) }
}

/** Takes the counters once a second; the rates follow from the difference to the last time. */
export function onSample(
  link: Link,
  sample: { readonly stats: ClientStats; readonly trades: number; readonly atMs: number },
): Link {
  const { stats, trades, atMs } = sample
  const next = { ...link, stats, sampledAtMs: atMs, tradesAtSample: trades }
  if (link.sampledAtMs === null || link.stats === null || atMs <= link.sampledAtMs) return next
  const seconds = (atMs - link.sampledAtMs) / 1_000
  return {
    ...next,
    frameRates: push(link.frameRates, (stats.frames - link.stats.frames) / seconds),
    tradeRates: push(link.tradeRates, (trades - link.tradesAtSample) / seconds),
  }
}

const push = (values: readonly number[], value: number): readonly number[] =>
  [...values, value].slice(-sampleCount)
