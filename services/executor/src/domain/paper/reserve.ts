import { feeE6 } from './fees.ts'
import { heldE2, type Ledger, type Outcome } from './ledger.ts'
import type { PaperOrder } from './paper-state.ts'

const dollarE4 = 10_000

/** What a paper order buys, and for how much: selling YES at 40 is buying NO at 60. */
export function buyOf(order: Pick<PaperOrder, 'side' | 'action' | 'price_e4'>): {
  readonly outcome: Outcome
  readonly priceE4: number
} {
  if (order.action === 'buy') return { outcome: order.side, priceE4: order.price_e4 }
  return { outcome: order.side === 'yes' ? 'no' : 'yes', priceE4: dollarE4 - order.price_e4 }
}

/** The order of matching: who pays most, and of equals who came first. */
export function byPriority(a: PaperOrder, b: PaperOrder): number {
  return buyOf(b).priceE4 - buyOf(a).priceE4 || a.created_at_ms - b.created_at_ms
}

/**
 * What must stay for resting orders, in 1e-6 dollars: the fee of their rest, and their price, except for contracts
 * that only make pairs with what is held. As orders that trade first make pairs first, cash never falls below it
 * whatever fills, but for the rounding of the fee where an order fills in parts.
 */
export function reservedE6(ledger: Ledger, resting: readonly PaperOrder[]): number {
  let sumE6 = 0
  for (const ticker of new Set(resting.map((order) => order.market_ticker))) {
    for (const outcome of ['yes', 'no'] as const) {
      let pairsE2 = heldE2(ledger, ticker, outcome === 'yes' ? 'no' : 'yes')
      const own = resting.filter((one) => one.market_ticker === ticker && buyOf(one).outcome === outcome)
      for (const order of own.toSorted(byPriority)) {
        const coveredE2 = Math.min(pairsE2, order.remaining_e2)
        pairsE2 -= coveredE2
        const { priceE4 } = buyOf(order)
        sumE6 += priceE4 * (order.remaining_e2 - coveredE2)
        sumE6 += feeE6(order.fees, { priceE4, countE2: order.remaining_e2, isTaker: false })
      }
    }
  }
  return sumE6
}
