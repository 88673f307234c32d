/** Buckets per doubling: a quantile is at most 1/32 too high. */
const perDoubling = 32
const doublings = 26

/** Counts durations, however many, in a fixed space: 0 µs up to a minute; longer ones count as a minute. */
export class Latencies {
  private readonly buckets = new Uint32Array(perDoubling * doublings)
  private total = 0

  get count(): number {
    return this.total
  }

  add(micros: number): void {
    this.buckets[indexOf(micros)]! += 1
    this.total += 1
  }

  clear(): void {
    this.buckets.fill(0)
    this.total = 0
  }

  /** Milliseconds below which a share `quantile` lies; undefined without any. */
  quantileMs(quantile: number): number | undefined {
    if (this.total === 0) return undefined
    let left = Math.ceil(quantile * this.total)
    const index = this.buckets.findIndex((count) => (left -= count) <= 0)
    return upperBound(index) / 1_000
  }
}

/** The first 32 buckets are 1 µs wide, and every 32 that follow twice as wide as those before. */
function indexOf(micros: number): number {
  const whole = Math.max(0, Math.floor(micros))
  if (whole < perDoubling) return whole
  const doubling = Math.floor(Math.log2(whole / perDoubling))
  const within = Math.floor(whole / 2 ** doubling) - perDoubling
  return Math.min(perDoubling * (doubling + 1) + within, perDoubling * doublings - 1)
}

function upperBound(index: number): number {
  const doubling = Math.floor(index / perDoubling) - 1
  if (doubling < 0) return index + 1
  return (perDoubling + (index % perDoubling) + 1) * 2 ** doubling
}
