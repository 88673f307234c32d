import type { Book } from '@whalecast/events'

type Side = 'yes' | 'no'
/** Contracts bid at each price in cents. */
type Bids = Map<number, number>

const shownLevels = 20
/** Prices of a side that are bid on when a walk begins: more than are shown, so that one that goes uncovers another. */
const firstLevels = 30
/** Of the changes: at a level that is there, of the best price, of a level below it. */
const shares = { count: 0.7, best: 0.15 }

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/**
 * An order book that moves as one that is traded does: most changes are of how much is bid near the best price, some move
 * that price, some open or close a level below. Whole cents, whole contracts; the same seed walks the same way.
 */
export class BookWalk {
  readonly ticker: string
  private readonly random: () => number
  /** Changes so far. */
  private moved = 0
  private readonly bids: Readonly<Record<Side, Bids>> = { yes: new Map(), no: new Map() }

  constructor(ticker: string, seed: number) {
    this.ticker = ticker
    this.random = randomNumbers(seed)
    const best = 35 + this.below(30)
    this.open('yes', best)
    this.open('no', 98 - best)
  }

  /** Makes the changes of a moment: one at least, each further one half as often. */
  move(): void {
    const before = this.moved
    while (this.moved === before) for (let left = this.halves(4); left >= 0; left -= 1) this.change()
  }

  /** The book as it is published at this time. */
  view(timestampMs: number): Book {
    const [yes, no] = [this.shown('yes'), this.shown('no')]
    const [bid, other] = [yes[0]?.price_cents ?? null, no[0]?.price_cents ?? null]
    const ask = other === null ? null : 100 - other
    const isQuoted = bid !== null && ask !== null
    return {
      market_ticker: this.ticker,
      state: 'live',
      yes,
      no,
      best_yes_bid_cents: bid,
      best_yes_ask_cents: ask,
      spread_cents: isQuoted ? ask - bid : null,
      mid_cents: isQuoted ? (ask + bid) / 2 : null,
      yes_depth: depthOf(this.bids.yes),
      no_depth: depthOf(this.bids.no),
      timestamp_ms: timestampMs,
    }
  }

  private open(side: Side, best: number): void {
    for (let price = best; price > Math.max(0, best - firstLevels); price -= 1)
      this.bids[side].set(price, this.size())
  }

  private change(): void {
    const side = this.random() < 0.5 ? 'yes' : 'no'
    const kind = this.random()
    if (kind < shares.count) this.changeCount(side)
    else if (kind < shares.count + shares.best) this.moveBest(side)
    else this.changeBelow(side)
  }

  private changeCount(side: Side): void {
    const prices = pricesOf(this.bids[side])
    const price = prices[this.halves(prices.length - 1)]
    if (price === undefined) return
    const count = this.bids[side].get(price) ?? 0
    const by = this.random() < 0.5 ? this.size() : -this.size()
    this.set(side, price, Math.max(1, count + by))
  }

  /** One cent up where the other side leaves room, or down by taking what is bid there. */
  private moveBest(side: Side): void {
    const [best = 0, next] = pricesOf(this.bids[side])
    const [other = 0] = pricesOf(this.bids[side === 'yes' ? 'no' : 'yes'])
    const hasRoom = best + other < 99
    if (hasRoom && this.random() < 0.5) this.set(side, best + 1, this.size())
    else if (next !== undefined && best > shownLevels + 1) this.set(side, best, 0)
  }

  private changeBelow(side: Side): void {
    const [best = 0] = pricesOf(this.bids[side])
    const price = best - 1 - this.below(firstLevels - 1)
    if (price < 1) return
    const isCloseable = this.bids[side].size > shownLevels
    if (isCloseable && this.bids[side].has(price)) this.set(side, price, 0)
    else this.set(side, price, this.size())
  }

  /** 0 contracts: nothing is bid at this price any more. */
  private set(side: Side, price: number, count: number): void {
    if (count === (this.bids[side].get(price) ?? 0)) return
    if (count === 0) this.bids[side].delete(price)
    else this.bids[side].set(price, count)
    this.moved += 1
  }

  private shown(side: Side): Book['yes'] {
    return pricesOf(this.bids[side])
      .slice(0, shownLevels)
      .map((price) => ({ price_cents: price, count: this.bids[side].get(price) ?? 0 }))
  }

  /** From 1 to 20,000 contracts, even on a logarithmic scale. */
  private size(): number {
    return Math.floor(20_000 ** this.random())
  }

  /** 0 half of the time, 1 a quarter, and so on; at most so much. */
  private halves(most: number): number {
    let n = 0
    while (n < most && this.random() < 0.5) n += 1
    return n
  }

  private below(bound: number): number {
    return Math.floor(this.random() * bound)
  }
}

/** Best first. */
const pricesOf = (bids: Bids): number[] => [...bids.keys()].toSorted((a, b) => b - a)

const depthOf = (bids: Bids): number => [...bids.values()].reduce((sum, count) => sum + count, 0)
