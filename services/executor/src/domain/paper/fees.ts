/** Of price × (1 − price), in hundredths. */
const takerRate = 7n
const dollarE4 = 10_000n
/** Fees come in 1e-4 dollars. */
const stepE12 = 100_000_000n
const stepE6 = 100

/** What a taker pays for one fill: 0.07 · count · price · (1 − price), rounded up to the next 1e-4 dollars. Makers pay nothing. */
export function takerFeeE6(priceE4: number, countE2: number): number {
  const price = BigInt(priceE4)
  const rawE12 = takerRate * BigInt(countE2) * price * (dollarE4 - price)
  return Number((rawE12 + stepE12 - 1n) / stepE12) * stepE6
}
