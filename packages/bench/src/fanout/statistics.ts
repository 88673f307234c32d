/** The middle of repeated measurements, and how far they lie apart. */
export type Spread = {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly count: number
}

/** Undefined without any value. */
export function spreadOf(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const [min, max] = [sorted[0], sorted.at(-1)]
  if (min === undefined || max === undefined) return undefined
  const upper = sorted[Math.floor(sorted.length / 2)] ?? max
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? min
  return { median: (lower + upper) / 2, min, max, count: sorted.length }
}

/**
 * The ratios of two things measured in the same rounds, round by round: what slows a whole round slows both, and
 * leaves its ratio as it is.
 */
export function pairedRatios(
  ours: ReadonlyMap<number, number>,
  theirs: ReadonlyMap<number, number>,
): number[] {
  return [...ours].flatMap(([round, value]) => {
    const other = theirs.get(round)
    return other === undefined || other === 0 ? [] : [value / other]
  })
}
