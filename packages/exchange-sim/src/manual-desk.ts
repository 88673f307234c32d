import { tradeBody } from './rest/bodies.ts'
import type { Outcome } from './venue/outcome.ts'
import { dollarE4, parseCount, parsePrice } from './venue/units.ts'
import { type Venue, VenueError } from './venue/venue.ts'

/** An order by hand. `side` is the outcome it buys; `price` is what it pays for that outcome, in dollars. */
export type ManualOrder = {
  readonly market: string
  readonly side: Outcome
  readonly price: number | string
  readonly count: number | string
}

/** A trade as GET /markets/trades shows it. */
export type PrintedTrade = ReturnType<typeof tradeBody>

/** What became of an order by hand; `order_id` is set when something of it rests. */
export type ManualPlaced = { readonly trades: PrintedTrade[]; readonly order_id: number | undefined }

/** Lets tests and operators trade at the venue, through the same books as everybody. */
export class ManualDesk {
  readonly #venue: Venue

  constructor(venue: Venue) {
    this.#venue = venue
  }

  /** Matches a limit order and rests what is left of it. */
  place(order: ManualOrder): ManualPlaced {
    const { market: ticker, side } = order
    const { trades, restingId } = this.#venue.place({ ticker, side, ...amounts(order), rests: true })
    return { trades: trades.map(tradeBody), order_id: restingId }
  }

  /** Prints exactly one trade whose taker is this order. */
  printTrade(order: ManualOrder): PrintedTrade {
    const { market: ticker, side } = order
    const { priceE4, countE2 } = amounts(order)
    const yesPriceE4 = side === 'yes' ? priceE4 : dollarE4 - priceE4
    return tradeBody(this.#venue.printTrade({ ticker, side, yesPriceE4, countE2 }))
  }
}

function amounts({ price, count }: ManualOrder): { priceE4: number; countE2: number } {
  const priceE4 = parsePrice(price)
  const countE2 = parseCount(count)
  if (priceE4 === undefined) throw new VenueError('price must be dollars with at most four decimals')
  if (countE2 === undefined) throw new VenueError('count must be contracts with at most two decimals')
  return { priceE4, countE2 }
}
