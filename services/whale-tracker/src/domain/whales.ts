import { payoutE6, type SizeMetric, type Trade } from '@whalecast/events'
import { expiresAtMs, sizeE6, type Print } from './print.ts'
import { WhaleWindow } from './whale-window.ts'

/** What is a whale, and how many of them the queue shows for how long. */
export type WhaleRule = {
  /** Most lines of the queue. */
  readonly queueSize: number
  readonly windowMs: number
  /** Smallest size that gets into the queue, inclusive. */
  readonly minSizeE6: number
  /** Smallest payout that makes a whale event, inclusive. */
  readonly eventMinPayoutE6: number
  readonly metric: SizeMetric
}

/** Counts of every trade of the partition since its beginning; accepted trades are the seen ones not discarded. */
export type Tally = {
  /** Each trade id once. */
  readonly seen: number
  /** Below the minimum size. */
  readonly discarded: number
  /** Trades whose id was known already. */
  readonly duplicates: number
  /** Latest time of receipt of any trade: how far the stream has come. */
  readonly watermarkMs: number
}

/** What a tracker needs to go on where another one stopped. */
export type TrackerState = { readonly tally: Tally; readonly trades: readonly Trade[] }

/** What one batch brought about. Everything in it is a function of the state before and the trades alone. */
export type Outcome = {
  /** Prints large enough to tell everyone, in the order of their trades. */
  readonly whales: readonly Print[]
  /** Ids seen for the first time. */
  readonly newIds: readonly string[]
  /** Prints now held that were not before. */
  readonly added: readonly Print[]
  /** Ids of prints no longer held that were before. */
  readonly removed: readonly string[]
  readonly duplicates: number
  readonly discarded: number
}

/**
 * Follows the trades of one partition: counts each trade id once, keeps the window of large prints, and tells
 * which prints are whales. Prints that come and go within one batch leave no trace in `added` and `removed`,
 * so a busy batch costs the store no more than what it changed.
 */
export class WhaleTracker {
  private readonly rule: WhaleRule
  private readonly window: WhaleWindow
  private current: Tally
  /** Ids of the restored state that the rule no longer keeps; the next outcome removes them. */
  private stale: string[] = []

  constructor(rule: WhaleRule, state: TrackerState) {
    this.rule = rule
    this.window = new WhaleWindow(rule.queueSize)
    this.current = state.tally
    for (const trade of state.trades) {
      const print = this.toPrint(trade)
      const left = print.sizeE6 < rule.minSizeE6 ? [print] : this.window.add(print)
      for (const gone of left) this.stale.push(gone.trade.trade_id)
    }
  }

  get tally(): Tally {
    return this.current
  }

  get held(): number {
    return this.window.size
  }

  /** The queue as it is at `nowMs`, largest first. */
  top(nowMs: number): readonly Print[] {
    return this.window.top(nowMs)
  }

  /** Every trade behind the state, for a tracker that takes over. */
  state(): TrackerState {
    return { tally: this.current, trades: this.window.prints().map(({ trade }) => trade) }
  }

  /**
   * Takes a batch in. `isNew` answers whether an id is seen for the first time and remembers it. `nowMs` only
   * bounds what may be forgotten: a print goes when both the stream and the clock are past its expiry.
   */
  onTrades(trades: readonly Trade[], isNew: (tradeId: string) => boolean, nowMs: number): Outcome {
    const { minSizeE6, eventMinPayoutE6 } = this.rule
    // No metric exceeds the payout, so below this a trade is neither in the queue nor an event.
    const floorE6 = Math.min(minSizeE6, eventMinPayoutE6)
    const newIds: string[] = []
    const whales: Print[] = []
    const changes = new Changes(this.stale)
    let { seen, discarded, duplicates, watermarkMs } = this.current
    for (const trade of trades) {
      if (!isNew(trade.trade_id)) {
        duplicates += 1
        continue
      }
      newIds.push(trade.trade_id)
      seen += 1
      if (trade.received_at_ms > watermarkMs) watermarkMs = trade.received_at_ms
      const payout = payoutE6(trade)
      if (payout < floorE6) {
        discarded += 1
        continue
      }
      const print = this.toPrint(trade)
      if (payout >= eventMinPayoutE6) whales.push(print)
      if (print.sizeE6 < minSizeE6) {
        discarded += 1
        continue
      }
      changes.came(print)
      changes.left(this.window.add(print))
    }
    changes.left(this.window.expire(Math.min(watermarkMs, nowMs)))
    const before = this.current
    this.current = { seen, discarded, duplicates, watermarkMs }
    this.stale = []
    return {
      whales,
      newIds,
      ...changes.result(),
      duplicates: duplicates - before.duplicates,
      discarded: discarded - before.discarded,
    }
  }

  private toPrint(trade: Trade): Print {
    return {
      trade,
      sizeE6: sizeE6(trade, this.rule.metric),
      expiresAtMs: expiresAtMs(trade, this.rule.windowMs),
    }
  }
}

/** Net changes of one batch: a print that came and left again is in neither list. */
class Changes {
  private readonly added = new Map<string, Print>()
  private readonly removed: string[]

  constructor(removed: readonly string[]) {
    this.removed = [...removed]
  }

  came(print: Print): void {
    this.added.set(print.trade.trade_id, print)
  }

  left(prints: readonly Print[]): void {
    for (const { trade } of prints) if (!this.added.delete(trade.trade_id)) this.removed.push(trade.trade_id)
  }

  result(): { readonly added: readonly Print[]; readonly removed: readonly string[] } {
    return { added: [...this.added.values()], removed: this.removed }
  }
}
