import { type FeeSchedule, rawFeeE16, roundedFeeE6 } from '../venue/fees.ts'
import type { Outcome } from '../venue/outcome.ts'
import type { OrderRecord } from './order-record.ts'
import { signed } from './position.ts'

/**
 * What an account must keep for its resting orders of one market, in 1e-6 dollars: their maker fees, and their
 * price except for contracts that would only net out what it holds. The orders that trade first net out first, so
 * whatever fills, cash never falls below what is reserved.
 */
export function reserveE6(orders: Iterable<OrderRecord>, heldE2: number, fees: FeeSchedule): number {
  const resting = [...orders]
  return reserveOf('yes', resting, { heldE2, fees }) + reserveOf('no', resting, { heldE2, fees })
}

function reserveOf(
  side: Outcome,
  resting: readonly OrderRecord[],
  { heldE2, fees }: { heldE2: number; fees: FeeSchedule },
): number {
  let nettedE2 = Math.max(0, -signed(side, heldE2))
  let sumE6 = 0
  for (const order of resting.filter((own) => own.side === side).toSorted(inPriority)) {
    const { priceE4, remainingE2 } = order
    const coveredE2 = Math.min(nettedE2, remainingE2)
    nettedE2 -= coveredE2
    const allFeesE16 = order.rawFeesE16 + rawFeeE16(fees, 'maker', { priceE4, countE2: remainingE2 })
    const feesE6 = roundedFeeE6(allFeesE16) - order.takerFeesE6 - order.makerFeesE6
    sumE6 += priceE4 * (remainingE2 - coveredE2) + feesE6
  }
  return sumE6
}

/** An order that is not in the book yet comes after all that are. */
function inPriority(a: OrderRecord, b: OrderRecord): number {
  return b.priceE4 - a.priceE4 || (a.restingId ?? Infinity) - (b.restingId ?? Infinity)
}
