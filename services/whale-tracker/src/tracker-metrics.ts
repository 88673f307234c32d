import type { Severity, Trade } from '@whalecast/events'
import type { Metrics } from '@whalecast/runtime'
import type { Told } from './adapters/whale-log.ts'
import type { Outcome } from './domain/whales.ts'

/** What the tracker counts about itself. A batch that comes again after a failure is counted again. */
export type TrackerMetrics = {
  batch(trades: readonly Trade[], outcome: Outcome, nowMs: number): void
  whale(severity: Severity, told: Told): void
  unreadable(fields: number): void
  /** Whales told by this process. */
  readonly whalesTold: number
}

/** What is read from the worker, when there is one, each time metrics are scraped. */
export type Sizes = { readonly held: number; readonly idsRemembered: number; readonly idsEvicted: number }

/** Registers the tracker's metrics. */
export function createTrackerMetrics(metrics: Metrics, sizes: () => Sizes | undefined): TrackerMetrics {
  const trades = metrics.counter('tracker_trades_total', 'trades handled, by what became of them', [
    'outcome',
  ])
  const whales = metrics.counter('tracker_whales_total', 'whales published, by severity and outcome', [
    'severity',
    'outcome',
  ])
  const unreadable = metrics.counter(
    'tracker_unreadable_fields_total',
    'stored fields that could not be read',
  )
  const hop = metrics.latency('ingest_tracker')
  const size = (name: string, help: string, read: (now: Sizes) => number) =>
    metrics.gauge(name, help, [], (gauge) => {
      const now = sizes()
      gauge.set(now ? read(now) : 0)
    })
  size('tracker_prints_held', 'prints that can still get into the queue', ({ held }) => held)
  size('tracker_ids_remembered', 'trade ids remembered against repetition', (now) => now.idsRemembered)
  size('tracker_ids_evicted', 'trade ids forgotten before their time', (now) => now.idsEvicted)
  let whalesTold = 0
  return {
    batch(items, { newIds, discarded, duplicates }, nowMs) {
      trades.inc({ outcome: 'accepted' }, newIds.length - discarded)
      trades.inc({ outcome: 'discarded' }, discarded)
      trades.inc({ outcome: 'duplicate' }, duplicates)
      // One observation a batch, of the trade that waited longest: one a trade would cost more than the trade.
      const oldest = items[0]
      if (oldest) hop((nowMs - oldest.received_at_ms) / 1_000)
    },
    whale(severity, told) {
      whales.inc({ severity, outcome: told })
      if (told === 'told') whalesTold += 1
    },
    unreadable: (fields) => unreadable.inc(fields),
    get whalesTold() {
      return whalesTold
    },
  }
}
