/** How long following rests. Shorter hammers a broker that refuses; longer misses the hour in which it recovered. */
const restMs = 600_000

/**
 * closed → open: `maxFailures` orders failed one after the other. open → half-open: so long after the last failure one
 * more may be tried; if it fails, open again, if it succeeds, closed.
 */
export class FailureBreaker {
  private readonly maxFailures: number
  private failures = 0
  private lastMs = 0

  constructor(maxFailures: number) {
    this.maxFailures = maxFailures
  }

  onOrdered(succeeded: boolean, nowMs: number): void {
    this.failures = succeeded ? 0 : this.failures + 1
    if (!succeeded) this.lastMs = nowMs
  }

  /** Why nothing is ordered now. `underWay`: orders whose outcome is awaited; half-open tries one at a time. */
  reason(nowMs: number, underWay: number): string | undefined {
    if (this.failures < this.maxFailures) return undefined
    const restsUntilMs = this.lastMs + restMs
    if (nowMs >= restsUntilMs && underWay === 0) return undefined
    const minutes = Math.max(1, Math.ceil((restsUntilMs - nowMs) / 60_000))
    return `${this.failures} orders failed in a row: rests for ${minutes} min`
  }
}
