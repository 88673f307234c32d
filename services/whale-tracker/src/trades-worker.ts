import {
  packIds,
  RecentIds,
  type Batch,
  type Bus,
  type Commit,
  type Fence,
  type PartitionState,
  type PartitionWorker,
} from '@whalecast/bus'
import type { Clock, Logger } from '@whalecast/runtime'
import type { MarketNames } from './adapters/market-names.ts'
import { PartitionLostError, tellWhale } from './adapters/whale-log.ts'
import type { Condition } from './domain/condition.ts'
import { toWhale, toWhaleQueue } from './domain/messages.ts'
import type { Print } from './domain/print.ts'
import { decodeState, encodeChanges } from './domain/stored-state.ts'
import { WhaleTracker, type Tally, type WhaleRule } from './domain/whales.ts'
import type { TrackerMetrics } from './tracker-metrics.ts'

/** How long an id is remembered and how many: the exchange repeats trades within minutes of a reconnect. */
const idMemory = { windowMs: 600_000, maxIds: 4_000_000 }

/** A queue that changes all the time is shown this often; shorter costs every screen a repaint nobody sees. */
const changedEveryMs = 50
/** Counts alone are shown this often. */
const countedEveryMs = 500
/** With nothing new it is said again, so that a Redis that lost it gets it back. */
const unchangedEveryMs = 5_000

export type WorkerDeps = {
  readonly bus: Bus
  readonly rule: WhaleRule
  readonly now: Clock
  readonly names: MarketNames
  readonly condition: Condition
  readonly metrics: TrackerMetrics
  readonly logger: Logger
  /** Grows by one with every call, also across workers: versions of the queue never repeat within a term. */
  readonly nextVersion: () => number
}

type Shown = { readonly prints: readonly Print[]; readonly tally: Tally; readonly atMs: number }

/**
 * Works on the trades of one partition, from its committed state on. Everything a batch changes is in the
 * Commit it returns; what goes out before that is idempotent (whales, by trade id) or conflated (the queue),
 * so a batch that comes again after a crash leaves exactly the same state behind.
 */
export class TradesWorker implements PartitionWorker<'trades'> {
  private readonly deps: WorkerDeps
  private readonly fence: Fence
  private readonly tracker: WhaleTracker
  private readonly ids: RecentIds
  private readonly over = new AbortController()
  private unreadable: readonly string[]
  private shown: Shown | undefined
  private outdated = false
  private working = false

  constructor(deps: WorkerDeps, state: PartitionState, fence: Fence) {
    const decoded = decodeState(state.fields)
    this.deps = deps
    this.fence = fence
    this.tracker = new WhaleTracker(deps.rule, decoded.state)
    this.unreadable = decoded.unreadable
    this.ids = new RecentIds({ ...idMemory, now: deps.now })
    for (const packed of state.seen) this.ids.addPacked(packed)
    deps.condition.lead()
    if (decoded.unreadable.length > 0) {
      deps.metrics.unreadable(decoded.unreadable.length)
      deps.logger.error('stored fields cannot be read and are given up', { fields: decoded.unreadable })
    }
    deps.logger.info('partition taken', {
      term: fence.term,
      trades_seen: this.tally.seen,
      prints: this.tracker.held,
      ids: this.ids.size,
    })
    this.refresh(deps.now())
  }

  /** Whether this worker lost its partition. */
  get ended(): boolean {
    return this.over.signal.aborted
  }

  get tally(): Tally {
    return this.tracker.tally
  }

  get held(): number {
    return this.tracker.held
  }

  get idsRemembered(): number {
    return this.ids.size
  }

  get idsEvicted(): number {
    return this.ids.evicted
  }

  async onBatch(batch: Batch<'trades'>, fence: Fence): Promise<Commit> {
    const { condition, metrics, now } = this.deps
    const startedMs = now()
    condition.began(startedMs)
    this.working = true
    try {
      const outcome = this.tracker.onTrades(batch.items, (id) => this.ids.add(id), startedMs)
      metrics.batch(batch.items, outcome, startedMs)
      for (const print of outcome.whales) await this.tell(print, fence)
      this.refresh(now())
      const { set, del } = encodeChanges(this.tally, outcome)
      const lost = this.unreadable.filter((field) => !Object.hasOwn(set, field))
      this.unreadable = []
      condition.succeeded(now())
      return { set, del: [...del, ...lost], seen: packIds(outcome.newIds) }
    } catch (error) {
      if (!(error instanceof PartitionLostError)) {
        condition.failed(error instanceof Error ? error.message : String(error))
      }
      throw error
    } finally {
      this.working = false
    }
  }

  onEnd(): void {
    this.over.abort()
    this.deps.condition.standBy()
  }

  /** Shows the queue again if time or names changed it; but no half of a batch, whose whales are still being told. */
  onTick(nowMs: number): void {
    if (!this.working) this.refresh(nowMs)
  }

  /** A market got a name: the queue is shown again if it is in there. */
  onName(marketTicker: string): void {
    if (this.shown?.prints.some(({ trade }) => trade.market_ticker === marketTicker)) this.outdated = true
  }

  private async tell(print: Print, fence: Fence): Promise<void> {
    const { bus, names, now, metrics, logger } = this.deps
    const name = await names.find(print.trade.market_ticker)
    const whale = toWhale(print, name, now())
    const told = await tellWhale(bus, whale, fence, this.over.signal)
    metrics.whale(whale.severity, told)
    if (told === 'invalid') logger.error('a whale does not fit its schema', { whale })
    else logger.debug('whale', { whale_id: whale.whale_id, severity: whale.severity, told })
  }

  private refresh(nowMs: number): void {
    if (this.ended) return
    const prints = this.tracker.top(nowMs)
    const { shown } = this
    if (shown) {
      const changed = this.outdated || !sameList(prints, shown.prints)
      const everyMs = changed
        ? changedEveryMs
        : this.tally === shown.tally
          ? unchangedEveryMs
          : countedEveryMs
      if (nowMs - shown.atMs < everyMs) return
    }
    this.shown = { prints, tally: this.tally, atMs: nowMs }
    this.outdated = false
    void this.show(prints, nowMs)
  }

  private async show(prints: readonly Print[], nowMs: number): Promise<void> {
    const { bus, rule, names, nextVersion, logger } = this.deps
    const view = { rule, tally: this.tally, prints }
    const data = toWhaleQueue(view, (ticker) => names.peek(ticker), nowMs)
    const version = nextVersion()
    const result = await bus.put('whale_queue', { type: 'whale_queue', data }, { fence: this.fence, version })
    if (result.status === 'rejected' && result.reason === 'invalid') {
      logger.error('the whale queue does not fit its schema', { whale_queue: data })
    } else if (result.status === 'unconfirmed') {
      this.shown = undefined
    }
  }
}

function sameList<Item>(a: readonly Item[], b: readonly Item[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}
