import type { Metrics } from '@whalecast/runtime'

/** Everything ingest counts, made once per process. */
export type Counters = ReturnType<typeof createCounters>

/** Makes the metrics `whalecast_ingest_*`. */
export function createCounters(metrics: Metrics) {
  const frames = metrics.counter(
    'ingest_frames_total',
    'frames read from the exchange socket, each counted once',
    ['type', 'outcome'],
  )
  const seen = new Map<string, number>()
  let read = 0
  return {
    /** Counts a frame by what became of it. */
    frame(type: string, outcome: string): void {
      read += 1
      const key = `${type}_${outcome}`
      seen.set(key, (seen.get(key) ?? 0) + 1)
      frames.inc({ type, outcome })
    },
    /** Frames read, and how many of them by type and outcome. */
    frames: (): { readonly read: number; readonly by: ReadonlyMap<string, number> } => ({ read, by: seen }),
    sequence: metrics.counter(
      'ingest_sequence_total',
      'numbered frames by how they follow on the one before',
      ['channel', 'step'],
    ),
    gaps: metrics.counter('ingest_gaps_total', 'gaps in what the exchange sends', ['channel', 'cause']),
    refilled: metrics.counter('ingest_refill_trades_total', 'trades read over REST by what became of them', [
      'outcome',
    ]),
    refills: metrics.counter('ingest_refills_total', 'reads of the REST trades', ['outcome']),
    connections: metrics.counter(
      'ingest_connections_total',
      'connections to the exchange by how the attempt ended',
      ['outcome'],
    ),
    errors: metrics.counter('ingest_exchange_errors_total', 'error frames of the exchange', ['code']),
    lookups: metrics.counter('ingest_market_lookups_total', 'wishes and look-ups of the market directory', [
      'outcome',
    ]),
    dropped: metrics.counter('ingest_announcements_dropped_total', 'gaps, states and activities not told', [
      'reason',
    ]),
    refused: metrics.counter('ingest_refused_total', 'notices of something that the bus did not take', [
      'target',
    ]),
    unreadable: metrics.counter('ingest_rest_dropped_total', 'rows of the REST API that could not be read', [
      'what',
      'reason',
    ]),
    pauses: metrics.counter('ingest_pauses_total', 'times reading stopped because the queue was full'),
    skew: metrics.counter(
      'ingest_negative_latency_total',
      'trades that came before they were executed, by our clock',
    ),
    latency: metrics.latency('exchange_ingest'),
  }
}
