import type { Outcome } from '../venue/outcome.ts'
import { dollarE4 } from '../venue/units.ts'

/** What an account holds in one market, and what it has come to. Money is in 1e-6 dollars. */
export type Position = {
  readonly number: number
  readonly ticker: string
  readonly eventTicker: string
  /** Contracts held: YES above zero, NO below. One is never held beside the other. */
  readonly countE2: number
  /** What the contracts held were bought for, fees apart. */
  readonly costE6: number
  /** The fees paid for the contracts held. */
  readonly heldFeesE6: number
  readonly realizedE6: number
  readonly feesE6: number
  readonly tradedE6: number
  readonly volumeE2: number
  readonly settled: boolean
  readonly updatedMs: number
}

/** A purchase of contracts of one outcome. */
export type Purchase = {
  readonly side: Outcome
  /** Price of that outcome. */
  readonly priceE4: number
  readonly countE2: number
  readonly feeE6: number
  readonly tsMs: number
}

/** Contracts as they count in a position: YES adds, NO subtracts. */
export function signed(side: Outcome, countE2: number): number {
  return side === 'yes' ? countE2 : -countE2
}

/**
 * The position after a purchase, and what it does to the account's cash. Contracts of the other outcome are
 * netted against the new ones: each pair pays its dollar back at once. Nothing is lost to rounding: at all times
 * cash spent = cost + fees − realized.
 */
export function afterPurchase(
  position: Position,
  purchase: Purchase,
): { position: Position; cashE6: number } {
  const { side, priceE4, countE2, feeE6, tsMs } = purchase
  const heldE2 = Math.abs(position.countE2)
  const closesE2 = signed(side, position.countE2) < 0 ? Math.min(countE2, heldE2) : 0
  const opensE2 = countE2 - closesE2
  const releasedE6 = share(position.costE6, closesE2, heldE2)
  const proceedsE6 = (dollarE4 - priceE4) * closesE2
  const spentE6 = priceE4 * opensE2
  const openFeesE6 = share(feeE6, opensE2, countE2)
  return {
    position: {
      ...position,
      countE2: position.countE2 + signed(side, countE2),
      costE6: position.costE6 - releasedE6 + spentE6,
      heldFeesE6: position.heldFeesE6 - share(position.heldFeesE6, closesE2, heldE2) + openFeesE6,
      realizedE6: position.realizedE6 + proceedsE6 - releasedE6,
      feesE6: position.feesE6 + feeE6,
      tradedE6: position.tradedE6 + priceE4 * countE2,
      volumeE2: position.volumeE2 + countE2,
      updatedMs: tsMs,
    },
    cashE6: proceedsE6 - spentE6 - feeE6,
  }
}

/** The position after its market has paid: a dollar for each contract of the outcome that came true. */
export function afterSettlement(
  position: Position,
  { result, tsMs }: { result: Outcome; tsMs: number },
): { position: Position; revenueE6: number } {
  const revenueE6 = Math.max(0, signed(result, position.countE2)) * dollarE4
  return {
    position: {
      ...position,
      countE2: 0,
      costE6: 0,
      heldFeesE6: 0,
      realizedE6: position.realizedE6 + revenueE6 - position.costE6,
      settled: true,
      updatedMs: tsMs,
    },
    revenueE6,
  }
}

/** The part of an amount that falls to `part` of `whole` contracts, rounded down; exact beyond 2^53. */
function share(amountE6: number, part: number, whole: number): number {
  if (part === 0) return 0
  return part === whole ? amountE6 : Number((BigInt(amountE6) * BigInt(part)) / BigInt(whole))
}
