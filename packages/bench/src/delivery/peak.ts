/** The most moments that lie within any stretch of a length. */
export function peakIn(momentsMs: readonly number[], stretchMs: number): number {
  const sorted = momentsMs.toSorted((a, b) => a - b)
  let most = 0
  let first = 0
  for (const [at, moment] of sorted.entries()) {
    while (moment - sorted[first]! >= stretchMs) first += 1
    most = Math.max(most, at - first + 1)
  }
  return most
}
