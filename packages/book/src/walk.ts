import { dollarE4, type Ladder, type Level, type Side } from './ladder.ts'

/** An order that takes what is there: to buy contracts of a side, or to sell some that are held. */
export type Taker = {
  readonly action: 'buy' | 'sell'
  readonly side: Side
  readonly countE2: number
  /** Worst price of `side` to accept, itself included. Without it every level is taken. */
  readonly limitE4?: number | undefined
}

/** How far a taker comes. All prices are of the side it buys or sells. */
export type Walk = {
  /** Price and count of each level it takes from, in the order it takes them: the last price is the worst one. */
  readonly fills: readonly Level[]
  readonly filledE2: number
  readonly leftE2: number
  /** What a buyer pays or a seller gets, before fees, exactly, in 1e-6 dollars. */
  readonly amountE6: number
  /** Average price of what was filled, not rounded; undefined when nothing was. */
  readonly vwapE4: number | undefined
}

/** Takes from bids, best first. A seller hits bids of its side; a buyer takes those of the other, at their complement. */
export function walkBids(bids: Ladder, { action, countE2, limitE4 }: Taker): Walk {
  const fills: Level[] = []
  let amountE6 = 0
  // A count that is no number of contracts finds nothing, instead of filling with what it is not.
  let leftE2 = Number.isSafeInteger(countE2) && countE2 > 0 ? countE2 : 0
  const wantedE2 = leftE2
  for (let rank = 0; rank < bids.size && leftE2 > 0; rank += 1) {
    const priceE4 = action === 'buy' ? dollarE4 - bids.priceE4(rank) : bids.priceE4(rank)
    // So put that a limit which is no number accepts nothing.
    const isAccepted = limitE4 === undefined || (action === 'buy' ? priceE4 <= limitE4 : priceE4 >= limitE4)
    if (!isAccepted) break
    const filledE2 = Math.min(leftE2, bids.countE2(rank))
    fills.push([priceE4, filledE2])
    amountE6 += priceE4 * filledE2
    leftE2 -= filledE2
  }
  const filledE2 = wantedE2 - leftE2
  return { fills, filledE2, leftE2, amountE6, vwapE4: filledE2 > 0 ? amountE6 / filledE2 : undefined }
}
