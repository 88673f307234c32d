/** A minute's worth of tokens is the whole bucket, so one setting gives capacity and refill. */
const periodMs = 60_000

/**
 * Whole tokens: a bucket of `capacity`, full at first, that gets one back each minute / capacity. Time is told by
 * the caller; a clock that goes back gives nothing and takes nothing.
 */
export class TokenBucket {
  readonly capacity: number
  readonly refillMs: number
  private held: number
  /** Up to when refills are accounted for. */
  private sinceMs: number

  constructor(capacity: number, nowMs: number) {
    this.capacity = capacity
    this.refillMs = periodMs / capacity
    this.held = capacity
    this.sinceMs = nowMs
  }

  tokens(nowMs: number): number {
    const gained = Math.max(0, Math.floor((nowMs - this.sinceMs) / this.refillMs))
    return Math.min(this.capacity, this.held + gained)
  }

  /** Takes one token; false when there is none. */
  take(nowMs: number): boolean {
    const there = this.tokens(nowMs)
    if (there === 0) return false
    const gained = there - this.held
    // A full bucket gathers nothing: the next token takes its whole time from now on.
    this.sinceMs =
      there === this.capacity ? Math.max(nowMs, this.sinceMs) : this.sinceMs + gained * this.refillMs
    this.held = there - 1
    return true
  }
}
