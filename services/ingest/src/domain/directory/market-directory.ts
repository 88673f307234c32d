import type { Market } from '@whalecast/events'

export type DirectoryLimits = {
  /** Markets kept, the least recently traded ones leave first. */
  readonly markets: number
  /** Tickers that may wait for their look-up. */
  readonly pending: number
  /** Tickers remembered as unknown to the exchange. */
  readonly unknown: number
}

const defaultLimits: DirectoryLimits = { markets: 60_000, pending: 5_000, unknown: 5_000 }

/** A market that was just created can be unknown to REST for a moment, so the first doubt is short. */
const doubtMs: readonly number[] = [5_000, 30_000, 600_000]

/** What became of a wish. */
export type Wish = 'known' | 'queued' | 'waiting' | 'doubted' | 'refused'

/**
 * What is known of the markets, and whom to ask for next. Bounded in every direction; what does not fit is
 * refused and comes back with the market's next trade.
 */
export class MarketDirectory {
  readonly #limits: DirectoryLimits
  readonly #markets = new Map<string, Market>()
  readonly #urgent = new Set<string>()
  readonly #later = new Set<string>()
  readonly #asked = new Set<string>()
  readonly #doubts = new Map<string, { untilMs: number; count: number }>()

  constructor(limits: Partial<DirectoryLimits> = {}) {
    this.#limits = { ...defaultLimits, ...limits }
  }

  get size(): number {
    return this.#markets.size
  }

  /** Tickers that wait or are being looked up. */
  get pending(): number {
    return this.#urgent.size + this.#later.size + this.#asked.size
  }

  all(): readonly Market[] {
    return [...this.#markets.values()]
  }

  get(ticker: string): Market | undefined {
    return this.#markets.get(ticker)
  }

  /** A trade in this market was seen. Large ones are looked up first. */
  want(ticker: string, urgent: boolean, nowMs: number): Wish {
    const known = this.#markets.get(ticker)
    if (known !== undefined) {
      // Re-inserted, it is the newest: the map's own order is the order of use. Nothing leaves before the directory
      // is full, so until it is half full there is nothing to keep in order, and this runs for every trade.
      if (this.#markets.size * 2 > this.#limits.markets) {
        this.#markets.delete(ticker)
        this.#markets.set(ticker, known)
      }
      return 'known'
    }
    if (this.#asked.has(ticker) || this.#urgent.has(ticker)) return 'waiting'
    if (this.#later.has(ticker)) {
      if (urgent) {
        this.#later.delete(ticker)
        this.#urgent.add(ticker)
      }
      return 'waiting'
    }
    if ((this.#doubts.get(ticker)?.untilMs ?? 0) > nowMs) return 'doubted'
    if (this.pending >= this.#limits.pending && !(urgent && dropOldest(this.#later))) return 'refused'
    ;(urgent ? this.#urgent : this.#later).add(ticker)
    return 'queued'
  }

  /** The next ticker to look up: large trades first, then the one that waits longest. It stays asked until answered. */
  next(): string | undefined {
    for (const queue of [this.#urgent, this.#later]) {
      const [ticker] = queue
      if (ticker === undefined) continue
      queue.delete(ticker)
      this.#asked.add(ticker)
      return ticker
    }
    return undefined
  }

  /** The exchange told of a market. True when that is news. */
  learn(market: Market): boolean {
    const ticker = market.market_ticker
    this.#asked.delete(ticker)
    this.#urgent.delete(ticker)
    this.#later.delete(ticker)
    this.#doubts.delete(ticker)
    const before = this.#markets.get(ticker)
    this.#markets.delete(ticker)
    this.#markets.set(ticker, market)
    if (this.#markets.size > this.#limits.markets) dropOldest(this.#markets)
    return before === undefined || !sameMarket(before, market)
  }

  /** The exchange does not know the ticker (yet). It is not asked again for a while. */
  doubt(ticker: string, nowMs: number): void {
    this.#asked.delete(ticker)
    const count = this.#doubts.get(ticker)?.count ?? 0
    this.#doubts.delete(ticker)
    this.#doubts.set(ticker, {
      untilMs: nowMs + (doubtMs[Math.min(count, doubtMs.length - 1)] ?? 0),
      count: count + 1,
    })
    if (this.#doubts.size > this.#limits.unknown) dropOldest(this.#doubts)
  }

  /** The look-up failed for no fault of the ticker: it goes back to the front. */
  putBack(ticker: string): void {
    if (this.#asked.delete(ticker)) this.#urgent.add(ticker)
  }
}

function dropOldest(collection: Map<string, unknown> | Set<string>): boolean {
  const [oldest] = collection.keys()
  return oldest !== undefined && collection.delete(oldest)
}

function sameMarket(a: Market, b: Market): boolean {
  return (
    a.title === b.title &&
    a.sub_title === b.sub_title &&
    a.event_ticker === b.event_ticker &&
    a.status === b.status &&
    a.close_at_ms === b.close_at_ms &&
    a.fees?.type === b.fees?.type &&
    a.fees?.multiplier === b.fees?.multiplier
  )
}
