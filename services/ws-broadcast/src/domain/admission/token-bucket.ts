export type BucketRate = { readonly perSecond: number; readonly burst: number }

/** Room that fills up again over time: `burst` at once, then `perSecond`. */
export class TokenBucket {
  readonly #rate: BucketRate
  #tokens: number
  #atMs: number

  constructor(rate: BucketRate, nowMs: number) {
    this.#rate = rate
    this.#tokens = rate.burst
    this.#atMs = nowMs
  }

  /** Whether all of it is there. */
  full(nowMs: number): boolean {
    this.#fill(nowMs)
    return this.#tokens >= this.#rate.burst
  }

  /** Whether there is room for one. */
  has(nowMs: number): boolean {
    this.#fill(nowMs)
    return this.#tokens >= 1
  }

  /** False: there was no room. */
  take(nowMs: number): boolean {
    if (!this.has(nowMs)) return false
    this.#tokens -= 1
    return true
  }

  /** A clock that was set back gives nothing and takes nothing. */
  #fill(nowMs: number): void {
    const { perSecond, burst } = this.#rate
    this.#tokens = Math.min(burst, this.#tokens + (Math.max(0, nowMs - this.#atMs) / 1_000) * perSecond)
    this.#atMs = nowMs
  }
}
