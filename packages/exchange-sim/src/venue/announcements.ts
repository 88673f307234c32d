import { type Market, sameTicker, type Ticker } from './market.ts'
import type { VenueEvent, VenueListener } from './venue-events.ts'

/**
 * Tells listeners what happens at the venue, in order and inside the change itself. Tickers wait for the end of the
 * change, so that each market it touches gets one, and none if its ticker is as it was.
 */
export class Announcements {
  readonly #now: () => number
  readonly #listeners = new Set<VenueListener>()
  readonly #published = new WeakMap<Market, Ticker>()
  readonly #touched = new Set<Market>()
  #batches = 0

  constructor(now: () => number) {
    this.#now = now
  }

  listen(listener: VenueListener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(event: VenueEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  /** Tells something that can change the market's ticker; only within a batch. */
  tellOf(market: Market, event: VenueEvent): void {
    this.#touched.add(market)
    this.tell(event)
  }

  /** Runs a change of several steps, also within another one; the tickers come after the outermost. */
  batch<T>(change: () => T): T {
    this.#batches += 1
    try {
      return change()
    } finally {
      this.#batches -= 1
      if (this.#batches === 0) this.#publishTickers()
    }
  }

  #publishTickers(): void {
    for (const market of this.#touched) {
      const state = market.tickerState()
      if (sameTicker(state, this.#published.get(market))) continue
      this.#published.set(market, state)
      this.tell({ type: 'ticker', market, tsMs: this.#now() })
    }
    this.#touched.clear()
  }
}
