import type { Trade } from '@whalecast/events'
import type { FeedFacts } from '../feed/feed-state.ts'
import type { GapCause } from './gap-book.ts'

/**
 * A quiet market is known up to this long before the newest sign of life. Short of the refill's horizon, so that a
 * new process reads what it would have read anyway; long enough for any number that went missing to be noticed.
 */
const quietLagMs = 300_000
/** After a pause the exchange's buffer is drained within this time, or it has cut us for being slow. */
const catchUpMs = 30_000

/** How far the trades are known, by the exchange's clock. */
export class Watermark {
  #executedMs: number
  #resumedAtMs: number | null = null

  /** @param executedMs From where an earlier process had known everything; 0 when nobody knows. */
  constructor(executedMs: number) {
    this.#executedMs = executedMs
  }

  /** A trade was read. A clock that runs ahead must not make later trades look old. */
  read(trade: Pick<Trade, 'executed_at_ms' | 'received_at_ms'>): void {
    this.#executedMs = Math.max(this.#executedMs, Math.min(trade.executed_at_ms, trade.received_at_ms))
  }

  /** Reading goes on after a pause. */
  resumed(atMs: number): void {
    this.#resumedAtMs = atMs
  }

  /** The trades begin here. Where nothing is known of before, nothing is claimed of it. */
  confirmed(atMs: number): void {
    if (this.#executedMs === 0) this.#executedMs = atMs
  }

  /** The newest trade that was read; what comes after it may be missing. */
  get executedMs(): number {
    return this.#executedMs
  }

  /** From where another process has to go on, given where the oldest open gap begins. */
  positionMs(facts: FeedFacts, gapSinceMs: number | null): number {
    const flowing = facts.confirmedAtMs !== null && facts.pausedAtMs === null
    const quietMs = flowing ? (facts.lastActivityAtMs ?? 0) - quietLagMs : 0
    return Math.min(Math.max(this.#executedMs, quietMs), gapSinceMs ?? Infinity)
  }

  /** A connection that ends before the backlog of a pause was read was cut for that pause. */
  causeOfClose(nowMs: number): GapCause {
    const resumedAtMs = this.#resumedAtMs
    const behind = resumedAtMs !== null && this.#executedMs < resumedAtMs && nowMs - resumedAtMs < catchUpMs
    return behind ? 'backpressure' : 'disconnect'
  }
}
