import type { Outcome } from './outcome.ts'

/** One print, exactly as it is told on the socket and over REST. `number` grows by one a trade. */
export type Trade = {
  readonly number: number
  readonly id: string
  readonly ticker: string
  readonly yesPriceE4: number
  readonly countE2: number
  readonly takerSide: Outcome
  readonly isBlock: boolean
  readonly tsMs: number
}

/** What a page of trades is asked by; times are inclusive. `beforeNumber` is the cursor. */
type TradeQuery = {
  readonly ticker: string | undefined
  readonly minMs: number | undefined
  readonly maxMs: number | undefined
  readonly isBlock: boolean | undefined
  readonly beforeNumber: number | undefined
  readonly limit: number
}

/** How much history is kept; whichever bound is reached first. */
export type HistoryBounds = { readonly maxTrades: number; readonly windowMs: number }

/** Dropping from the front of an array is linear, so it happens in steps of this many trades. */
const trimStep = 4_096

/** The newest trades, bounded in number and age. Trades are added in order of time. */
export class TradeHistory {
  readonly #bounds: HistoryBounds
  #trades: Trade[] = []

  constructor(bounds: HistoryBounds) {
    this.#bounds = bounds
  }

  get size(): number {
    return this.#trades.length
  }

  add(trade: Trade): void {
    this.#trades.push(trade)
    if (this.#trades.length % trimStep === 0) this.#trim(trade.tsMs)
  }

  /** The newest `count` trades, oldest first. */
  latest(count: number): readonly Trade[] {
    return count > 0 ? this.#trades.slice(-count) : []
  }

  /** Matching trades, newest first; `more` tells whether older ones match as well. */
  page(query: TradeQuery): { trades: Trade[]; more: boolean } {
    const trades: Trade[] = []
    for (let index = this.#startOf(query); index >= 0; index -= 1) {
      const trade = this.#trades[index]
      if (!trade || (query.minMs !== undefined && trade.tsMs < query.minMs)) break
      if (query.ticker !== undefined && trade.ticker !== query.ticker) continue
      if (query.isBlock !== undefined && trade.isBlock !== query.isBlock) continue
      if (trades.length === query.limit) return { trades, more: true }
      trades.push(trade)
    }
    return { trades, more: false }
  }

  /** Index of the newest trade that the cursor and the upper time bound allow. */
  #startOf({ beforeNumber, maxMs }: TradeQuery): number {
    const newest = this.#trades.at(-1)
    if (!newest) return -1
    const first = newest.number - this.#trades.length + 1
    const byCursor = beforeNumber === undefined ? this.#trades.length : beforeNumber - first
    let high = Math.min(byCursor, this.#trades.length)
    if (maxMs === undefined) return high - 1
    let low = 0
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#trades[middle]?.tsMs ?? Infinity) <= maxMs) low = middle + 1
      else high = middle
    }
    return high - 1
  }

  #trim(nowMs: number): void {
    const oldestMs = nowMs - this.#bounds.windowMs
    const expired = this.#trades.findIndex((trade) => trade.tsMs >= oldestMs)
    const surplus = Math.max(expired, this.#trades.length - this.#bounds.maxTrades)
    if (surplus > 0) this.#trades = this.#trades.slice(surplus)
  }
}
