import { dollarE4 } from './units.ts'

/** How a series charges for trading, by the venue's names. */
export type FeeSchedule = {
  readonly type: 'quadratic' | 'quadratic_with_maker_fees'
  readonly multiplier: number
}

export const standardFees: FeeSchedule = { type: 'quadratic', multiplier: 1 }

/** Fee rates in 1e-4 of price × (1 − price): 0.07 for takers, a quarter of it for makers where they pay. */
const takerRateE4 = 700n
const makerRateE4 = 175n

export type Role = 'taker' | 'maker'

/** What a fill costs in fees before rounding, in 1e-16 dollars; exact, so that fills can be added up. */
export function rawFeeE16(
  { type, multiplier }: FeeSchedule,
  role: Role,
  { priceE4, countE2 }: { priceE4: number; countE2: number },
): bigint {
  if (role === 'maker' && type === 'quadratic') return 0n
  const rate = role === 'taker' ? takerRateE4 : makerRateE4
  const multiplierE2 = BigInt(Math.round(multiplier * 100))
  // Rate, multiplier, count and both prices carry 4 + 2 + 2 + 4 + 4 decimals.
  return rate * multiplierE2 * BigInt(countE2) * BigInt(priceE4) * BigInt(dollarE4 - priceE4)
}

/** Rounds a fee up to the next 1e-4 dollars; the result is in 1e-6 dollars. */
export function roundedFeeE6(feeE16: bigint): number {
  const unit = 1_000_000_000_000n
  return Number((feeE16 + unit - 1n) / unit) * 100
}
