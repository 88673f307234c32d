import type { Metrics } from '@whalecast/runtime'
import { FrameTally, type FrameRow } from './domain/feed/frame-tally.ts'

type Count<Label extends string> = { inc(labels: Readonly<Record<Label, string | number>>): void }

/** Everything ingest counts. */
export type Counters = {
  /** Counts a frame by what became of it, each frame once. */
  frame(type: string, outcome: string): void
  /** How many frames were read, by what became of them; each frame is in one row. */
  frames(): readonly Readonly<FrameRow>[]
  /** Seconds from execution to receipt. */
  latency(seconds: number): void
  readonly sequence: Count<'channel' | 'step'>
  readonly gaps: Count<'channel' | 'cause'>
  readonly refilled: Count<'outcome'>
  readonly refills: Count<'outcome'>
  readonly connections: Count<'outcome'>
  readonly errors: Count<'code'>
  readonly lookups: Count<'outcome'>
  readonly dropped: Count<'reason'>
  readonly refused: Count<'target'>
  readonly syncs: Count<'outcome'>
  readonly unreadable: Count<'what' | 'reason'>
  readonly pauses: Count<never>
  readonly skew: Count<never>
}

/** Makes the metrics `whalecast_ingest_*`, once per process. */
export function createCounters(metrics: Metrics): Counters {
  const count = <const Label extends string = never>(
    name: string,
    help: string,
    labels: readonly Label[] = [],
  ): Count<Label> => metrics.counter(`ingest_${name}`, help, labels)

  const frames = new FrameTally()
  metrics.counter(
    'ingest_frames_total',
    'frames read from the exchange socket',
    ['type', 'outcome'],
    (counter) => {
      counter.reset()
      for (const { type, outcome, count: total } of frames.rows()) counter.inc({ type, outcome }, total)
    },
  )
  return {
    frame: (type, outcome) => frames.add(type, outcome),
    frames: () => frames.rows(),
    latency: metrics.latency('exchange_ingest'),
    sequence: count('sequence_anomalies_total', 'numbered frames that were not the next', [
      'channel',
      'step',
    ]),
    gaps: count('gaps_total', 'gaps in what the exchange sends', ['channel', 'cause']),
    refilled: count('refill_trades_total', 'trades read over REST', ['outcome']),
    refills: count('refills_total', 'reads of the REST trades', ['outcome']),
    connections: count('connections_total', 'connections to the exchange and how they ended', ['outcome']),
    errors: count('exchange_errors_total', 'error frames of the exchange', ['code']),
    lookups: count('market_lookups_total', 'wishes and look-ups of the market directory', ['outcome']),
    dropped: count('announcements_dropped_total', 'gaps, states and activities not told', ['reason']),
    refused: count('refused_total', 'notices of something that the bus did not take', ['target']),
    syncs: count('account_syncs_total', 'reads of the whole account over REST', ['outcome']),
    unreadable: count('rest_dropped_total', 'rows of the REST API that could not be read', [
      'what',
      'reason',
    ]),
    pauses: count('pauses_total', 'times reading stopped because the queue was full'),
    skew: count('negative_latency_total', 'trades received before their execution, by our clock'),
  }
}
