import { RecentIds, type Bus, type Producer, type RejectReason } from '@whalecast/bus'
import type { Trade } from '@whalecast/events'
import { horizonMs } from '../../domain/trades/gap-book.ts'

/** 64 MB of ids at the most; at the exchange's busiest seconds (2,000 trades) half an hour. */
const maxIds = 4_000_000
/** One message on the tape at most: a screen that joins in a burst still gets it in pieces. */
const maxPrint = 500

/** What became of a trade. */
export type Taken = 'accepted' | 'duplicate' | `rejected_${RejectReason}`

export type IntakeDeps = {
  readonly bus: Bus
  readonly producer: Producer<'trades'>
  readonly signal: AbortSignal
  readonly now: () => number
  /** The queue is full: whoever reads trades waits. Called at the first that waits, and when the last may go on. */
  readonly onPause: () => void
  readonly onResume: () => void
  /** Another owner writes the queue now. */
  readonly onFenced: () => void
}

/**
 * The one door to the trades queue, for the socket and for refills: each trade id once, in the order of the calls.
 * What it takes also goes on the tape, gathered per turn of the event loop.
 */
export class TradeIntake {
  readonly #deps: IntakeDeps
  readonly #recent: RecentIds
  #tape: Trade[] = []
  #paused = 0

  constructor(deps: IntakeDeps) {
    this.#deps = deps
    this.#recent = new RecentIds({ maxIds, windowMs: horizonMs, now: deps.now })
  }

  get paused(): boolean {
    return this.#paused > 0
  }

  /** Ids forgotten before their time. */
  get evicted(): number {
    return this.#recent.evicted
  }

  /** Takes a trade. When the answer is a promise the queue is full, and the caller reads nothing before it resolves. */
  take(trade: Trade): Taken | Promise<Taken> {
    if (this.#recent.has(trade.trade_id)) return 'duplicate'
    const result = this.#deps.producer.enqueue(trade)
    if (result.status === 'rejected') {
      if (result.reason === 'fenced') this.#deps.onFenced()
      // Not taken, so not lost: it stays in the caller's hand until there is room.
      return result.reason === 'full' && !this.#deps.signal.aborted
        ? this.#relief().then(() => this.take(trade))
        : `rejected_${result.reason}`
    }
    this.#recent.add(trade.trade_id)
    if (this.#tape.length === 0) setImmediate(() => this.#print())
    this.#tape.push(trade)
    return result.status === 'delayed' ? this.#relief().then(() => 'accepted' as const) : 'accepted'
  }

  #print(): void {
    const tape = this.#tape
    this.#tape = []
    for (let at = 0; at < tape.length; at += maxPrint) {
      this.#deps.bus.print('tape', 'trade', tape.slice(at, at + maxPrint))
    }
  }

  async #relief(): Promise<void> {
    this.#paused += 1
    if (this.#paused === 1) this.#deps.onPause()
    await this.#deps.producer.relief(this.#deps.signal)
    this.#paused -= 1
    if (this.#paused === 0) this.#deps.onResume()
  }
}
