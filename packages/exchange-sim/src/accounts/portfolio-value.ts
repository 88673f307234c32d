import type { Market } from '../venue/market.ts'
import { dollarE4 } from '../venue/units.ts'
import type { Venue } from '../venue/venue.ts'
import type { Position } from './position.ts'

/** What all contracts held would fetch now, in 1e-6 dollars. */
export function portfolioValueE6(positions: readonly Position[], venue: Venue): number {
  return positions.reduce((sum, { ticker, countE2 }) => {
    const market = venue.markets.get(ticker)
    return market ? sum + Math.abs(countE2) * worthE4(market, countE2 > 0) : sum
  }, 0)
}

/** A contract is worth what is bid for it; without an open book, its result or its last price. */
function worthE4(market: Market, isYes: boolean): number {
  const ofYes = (yesE4: number) => (isYes ? yesE4 : dollarE4 - yesE4)
  if (market.result !== '') return ofYes(market.result === 'yes' ? dollarE4 : 0)
  if (market.status !== 'active') return ofYes(market.lastPriceE4)
  return market.book.bestBid(isYes ? 'yes' : 'no')?.priceE4 ?? 0
}
