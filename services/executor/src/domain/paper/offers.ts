import { OrderBook, type Level, type Side, type Taker, type Walk } from '@whalecast/book'
import type { Book } from '@whalecast/events'

/** A live book is told again each 5 s; one that is older than this is kept by nobody any more. */
const oldAfterMs = 12_000

/** Why a book cannot be traded on; undefined when it can. */
export function bookObstacle(book: Book | undefined, nowMs: number): string | undefined {
  if (!book) return 'there is no order book of this market'
  if (book.state !== 'live') return 'the order book of this market is stale'
  return nowMs - book.timestamp_ms > oldAfterMs ? 'the order book of this market is old' : undefined
}

type Taken = { readonly bookMs: number; readonly contracts: Map<string, number> }

/** Markets whose newest book was taken from; older ones have newer books. */
const keepMarkets = 200

/**
 * What the books offer. A paper order leaves no trace in the real book, so what one order took is held back from
 * the next until the book is newer.
 */
export class Offers {
  private readonly taken = new Map<string, Taken>()

  /** How far an order would come. Prices are of the side it buys or sells. */
  walk(book: Book, taker: Taker): Walk {
    const left = new OrderBook()
    left.applySnapshot({ yes: this.levels(book, 'yes'), no: this.levels(book, 'no') })
    return left.walk(taker)
  }

  /** The walk was traded. */
  take(book: Book, { action, side }: Taker, { fills }: Pick<Walk, 'fills'>): void {
    const { contracts } = this.takenFrom(book)
    const bids = action === 'sell' ? side : side === 'yes' ? 'no' : 'yes'
    for (const [priceE4, countE2] of fills) {
      const key = keyOf(bids, action === 'sell' ? priceE4 : 10_000 - priceE4)
      contracts.set(key, (contracts.get(key) ?? 0) + countE2)
    }
    for (const oldest of this.taken.keys()) {
      if (this.taken.size <= keepMarkets) break
      this.taken.delete(oldest)
    }
  }

  private takenFrom({ market_ticker: ticker, timestamp_ms: bookMs }: Book): Taken {
    const known = this.taken.get(ticker)
    if (known?.bookMs === bookMs) return known
    const fresh = { bookMs, contracts: new Map<string, number>() }
    this.taken.delete(ticker)
    this.taken.set(ticker, fresh)
    return fresh
  }

  private levels(book: Book, side: Side): Level[] {
    const { contracts } = this.takenFrom(book)
    return book[side].map((level) => {
      const priceE4 = Math.round(level.price_cents * 100)
      const gone = contracts.get(keyOf(side, priceE4)) ?? 0
      return [priceE4, Math.max(0, Math.round(level.count * 100) - gone)]
    })
  }
}

const keyOf = (side: Side, priceE4: number): string => `${side}:${priceE4}`
