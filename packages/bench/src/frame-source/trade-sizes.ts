/**
 * Prints of 2026-01-16 and 17 by contracts: from, below, how many. A third reaches the $100 of the whale queue, one in
 * 700 the $10,000 of a whale event.
 */
const measured = [
  [1, 10, 908_656],
  [10, 100, 1_803_743],
  [100, 1_000, 1_017_209],
  [1_000, 10_000, 130_453],
  [10_000, 50_000, 5_174],
  [50_000, 100_000, 179],
  [100_000, 500_000, 33],
] as const

const total = measured.reduce((sum, [, , count]) => sum + count, 0)

/** The size below which a share `quantile` of all prints lies, in hundredths of a contract. */
export function sizeE2(quantile: number): number {
  let rest = quantile * total
  for (const [from, below, count] of measured) {
    // Inside a band sizes are even on a logarithmic scale, as they are across the bands.
    if (rest < count) return Math.round(100 * from * (below / from) ** (rest / count))
    rest -= count
  }
  return 50_000_000
}
