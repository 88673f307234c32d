/** Why a market's book is followed, the strongest reason first. */
export const hotReasons = ['configured', 'account', 'whales'] as const
export type HotReason = (typeof hotReasons)[number]

export type HotMarketsOptions = {
  /** Books at most. Each may be told ten times a second, so this bounds what the bus gets of them. @default 200 */
  readonly max?: number
  /**
   * How long a market stays after its last reason went. Shorter and a market at the edge of the whale queue would be
   * subscribed and dropped with every print. @default 60_000
   */
  readonly lingerMs?: number
}

/** Which markets are worth an order book now: those somebody looks at or has money in, and those that just were. */
export class HotMarkets {
  readonly #max: number
  readonly #lingerMs: number
  readonly #now = new Map<HotReason, ReadonlySet<string>>()
  /** When each market had a reason last; the newest last. */
  readonly #seenAtMs = new Map<string, number>()
  #refused = 0

  constructor({ max = 200, lingerMs = 60_000 }: HotMarketsOptions = {}) {
    this.#max = max
    this.#lingerMs = lingerMs
  }

  /** Markets that had a reason and no room when it was last asked. */
  get refused(): number {
    return this.#refused
  }

  /** These are all the markets that are hot for this reason. */
  replace(reason: HotReason, tickers: Iterable<string>, nowMs: number): void {
    for (const ticker of this.#now.get(reason) ?? []) this.#see(ticker, nowMs)
    this.#now.set(reason, new Set(tickers))
  }

  /** The markets to follow: by reason, then those that lost theirs last. */
  wanted(nowMs: number): ReadonlySet<string> {
    const hot = new Set(hotReasons.flatMap((reason) => [...(this.#now.get(reason) ?? [])]))
    for (const ticker of hot) this.#see(ticker, nowMs)
    const wanted = new Set([...hot].slice(0, this.#max))
    this.#refused = hot.size - wanted.size
    for (const [ticker, seenAtMs] of [...this.#seenAtMs].toReversed()) {
      if (nowMs - seenAtMs > this.#lingerMs) this.#seenAtMs.delete(ticker)
      else if (wanted.size < this.#max) wanted.add(ticker)
    }
    return wanted
  }

  #see(ticker: string, nowMs: number): void {
    this.#seenAtMs.delete(ticker)
    this.#seenAtMs.set(ticker, nowMs)
  }
}
