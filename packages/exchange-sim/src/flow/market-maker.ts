import type { Market } from '../venue/market.ts'
import type { Outcome } from '../venue/outcome.ts'
import { dollarE4 } from '../venue/units.ts'
import type { Venue } from '../venue/venue.ts'
import type { Random } from './random.ts'
import { drawSizeE2 } from './trade-sizes.ts'

/** Levels a market maker keeps on each side. Deep enough for a sweep, shallow enough for 5,000 trades/s. */
const levels = 6
/** Levels that may stand on a side before the furthest are pulled: bounds the book when prices trend. */
const maxLevels = 14

/**
 * Quotes both sides of a market around its fair value. The sizes it rests are drawn from the distribution of
 * real prints; takers lift whole orders, so what prints has that distribution too.
 */
export class MarketMaker {
  readonly #venue: Venue
  readonly #random: Random

  constructor(venue: Venue, random: Random) {
    this.#venue = venue
    this.#random = random
  }

  /** Pulls quotes that the fair value has passed and fills the levels that are missing. */
  requote(market: Market, fairE4: number, edgeTicks: number): void {
    // Off by the smallest unit, so that a fair value on a tick is not bid for on both sides.
    const values = { yes: fairE4, no: dollarE4 - 1 - fairE4 }
    const { grid } = market.listing
    const tops = { yes: grid.step(values.yes, -edgeTicks), no: grid.step(values.no, -edgeTicks) }
    this.#venue.batch(() => {
      // All stale quotes go before any new one comes: the maker never trades with itself.
      for (const side of ['yes', 'no'] as const) this.#pull(market, side, tops[side])
      for (const side of ['yes', 'no'] as const) {
        // Below the lowest tick there is nothing to bid: that side of the book stays empty.
        if (tops[side] <= values[side]) this.#fill(market, side, tops[side])
      }
    })
  }

  #pull(market: Market, side: Outcome, topE4: number): void {
    for (const order of market.book.bidsFrom(side, topE4 + 1)) {
      if (order.maker) this.#venue.cancel(market.ticker, order.id)
    }
    const surplus = market.book.depth(side) - maxLevels
    if (surplus <= 0) return
    const far = market.book.levels(side)[surplus - 1]?.[0] ?? 0
    for (const { id, maker, priceE4 } of market.book.bidsFrom(side, 0)) {
      if (maker && priceE4 <= far) this.#venue.cancel(market.ticker, id)
    }
  }

  #fill(market: Market, side: Outcome, topE4: number): void {
    const { grid } = market.listing
    let priceE4 = topE4
    for (let level = 0; level < levels; level += 1) {
      if (market.book.totalAt(side, priceE4) === 0) this.#quote(market, side, priceE4)
      const nextE4 = grid.step(priceE4, -1)
      if (nextE4 >= priceE4) return
      priceE4 = nextE4
    }
  }

  #quote(market: Market, side: Outcome, priceE4: number): void {
    const orders = this.#random.integer(1, 3)
    for (let order = 0; order < orders; order += 1) {
      const countE2 = drawSizeE2(this.#random)
      this.#venue.place({ ticker: market.ticker, side, priceE4, countE2, rests: true, maker: true })
    }
  }
}
