import type { Trade } from '@whalecast/events'
import type { Logger } from '@whalecast/runtime'
import type { Counters } from '../../counters.ts'
import { GapBook, type GapStart } from '../../domain/trades/gap-book.ts'
import type { Announcer } from '../announcer.ts'
import type { TradeIntake } from './trade-intake.ts'
import { Wake } from '../wake.ts'

const firstRetryMs = 1_000
const maxRetryMs = 30_000

/** The trades of a time, as the exchange's REST API tells them, page by page. */
export type ReadTrades = (window: {
  readonly minTs: number
  readonly maxTs: number
  readonly signal: AbortSignal
}) => AsyncIterable<readonly Trade[]>

export type RefillerDeps = {
  readonly readTrades: ReadTrades
  readonly intake: TradeIntake
  readonly announcer: Announcer
  readonly counters: Counters
  readonly logger: Logger
  readonly now: () => number
}

/**
 * Closes gaps in the trades over REST, one read at a time, through the same door as the live trades.
 * It never makes the reader of the socket wait, and goes on trying until every gap is closed or stated.
 */
export class Refiller {
  readonly #deps: RefillerDeps
  readonly #book = new GapBook()
  readonly #wake = new Wake()

  constructor(deps: RefillerDeps) {
    this.#deps = deps
  }

  /** Execution time up to which no gap is open; null when there is none. */
  get openSinceMs(): number | null {
    return this.#book.openSinceMs
  }

  /** Since when a gap could have been closed and is not; null when there is none. */
  get waitingSinceMs(): number | null {
    return this.#book.waitingSinceMs
  }

  /** A gap in the trades: told at once, read for as soon as it has an end. */
  open(start: Omit<GapStart, 'id'> & { readonly id?: string }): void {
    const { announcer, counters, logger, now } = this.#deps
    const gap = this.#book.open({ ...start, id: start.id ?? announcer.nextId('gap') }, now())
    counters.gaps.inc({ channel: 'trade', cause: gap.cause })
    logger.warn('gap in the trades', { gap_id: gap.gap_id, cause: gap.cause, from: gap.from, to: gap.to })
    announcer.gap(gap)
    this.#wake.ring()
  }

  /** Trades flow again: the cuts that went on until now have their end. */
  resume(): void {
    this.#book.resume(this.#deps.now())
    this.#wake.ring()
  }

  /** Reads whenever a gap needs it, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      const dueAtMs = this.#book.nextPassAtMs
      const waitMs = dueAtMs === undefined ? undefined : dueAtMs - this.#deps.now()
      if (waitMs === undefined || waitMs > 0) {
        await this.#wake.wait(signal, waitMs)
        continue
      }
      failures = (await this.#pass(signal)) ? 0 : failures + 1
      if (failures > 0) {
        await new Wake().wait(signal, Math.min(maxRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10)))
      }
    }
  }

  async #pass(signal: AbortSignal): Promise<boolean> {
    const { readTrades, intake, announcer, counters, logger, now } = this.#deps
    const pass = this.#book.begin(now())
    if (pass === undefined) return true
    let complete = false
    try {
      for await (const page of readTrades({ minTs: pass.minTs, maxTs: pass.maxTs, signal })) {
        for (const trade of page) {
          const taken = await intake.take(trade)
          counters.refilled.inc({ outcome: taken })
          if (taken === 'accepted') pass.found(trade.executed_at_ms)
        }
        if (signal.aborted) break
      }
      complete = !signal.aborted
    } catch (error) {
      if (!signal.aborted) logger.warn('trades cannot be read over REST', { error: String(error) })
    }
    counters.refills.inc({ outcome: complete ? 'complete' : 'failed' })
    for (const gap of this.#book.end(complete)) {
      announcer.gap(gap)
      if (gap.missing !== null) {
        logger.info('gap closed', { gap_id: gap.gap_id, filled: gap.filled, missing: gap.missing })
      }
    }
    return complete
  }
}
