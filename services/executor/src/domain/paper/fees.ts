import type { FeeRule } from '@whalecast/events'

/** Where nobody knows what a series takes: what almost all of them take. */
const standard: FeeRule = { type: 'quadratic', multiplier: 1 }

/** Of price × (1 − price), in 1e-4: who takes pays it everywhere, who makes only in series of these kinds. */
const takerRate = 700
const makerRates: Readonly<Record<string, number>> = {
  quadratic_with_maker_fees: 175,
  quadratic_with_combo_maker_fees: 350,
}
const dollarE4 = 10_000
/** Fees come in 1e-4 dollars. */
const stepE16 = 1_000_000_000_000n
const stepE6 = 100

/** What one fill costs: rate · multiplier · count · price · (1 − price), rounded up to the next 1e-4 dollars. */
export function feeE6(
  { type, multiplier }: FeeRule = standard,
  {
    priceE4,
    countE2,
    isTaker,
  }: { readonly priceE4: number; readonly countE2: number; readonly isTaker: boolean },
): number {
  const rate = isTaker ? takerRate : (makerRates[type] ?? 0)
  const rateE6 = BigInt(rate * Math.round(multiplier * 100))
  const rawE16 = rateE6 * BigInt(countE2) * BigInt(priceE4) * BigInt(dollarE4 - priceE4)
  return Number((rawE16 + stepE16 - 1n) / stepE16) * stepE6
}
