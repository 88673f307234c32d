import type { FeeRule } from './evidence.ts'

/**
 * What the exchange takes for one fill, by its fee schedule: 0.07 × multiplier × count × price × (1 − price) for who
 * takes, a quarter of it for who makes where makers pay; rounded up to the next hundredth of a cent.
 */
export function feeE6(
  { type, multiplier }: FeeRule,
  fill: { readonly priceE4: number; readonly countE2: number; readonly isTaker: boolean },
): number {
  if (!fill.isTaker && type === 'quadratic') return 0
  const { priceE4, countE2 } = fill
  const rateE4 = fill.isTaker ? 700 : 175
  const exact = BigInt(rateE4 * Math.round(multiplier * 100)) * BigInt(countE2 * priceE4 * (10_000 - priceE4))
  // Decimals: 4 of the rate, 2 of the multiplier, 2 of the count, 8 of the prices; a hundredth of a cent has 4.
  const step = 10n ** 12n
  return Number((exact + step - 1n) / step) * 100
}
