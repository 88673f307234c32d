/** Failures in a row, or within the window, after which nothing is sent. */
const inARow = 5
const inWindow = 10
const windowMs = 60_000
/** From one trial to the next; doubled by each that fails. */
const firstRestMs = 10_000
const longestRestMs = 300_000
/** A trial of which nothing was heard for so long (its worker was replaced) makes room for another. */
const trialMs = 30_000

export type BreakerState = 'closed' | 'open' | 'half_open'

/**
 * Keeps orders away from a broker that does not work.
 *
 * closed → open: five failures in a row, or ten within a minute. open → half_open: after a rest, for one trial.
 * half_open → closed: the trial succeeds, and everything before is forgotten; → open: it fails, and the rest doubles.
 * Time alone, or one success, cures it: nothing is counted over its whole life.
 */
export class Breaker {
  private row = 0
  private failedAtMs: number[] = []
  private openUntilMs: number | undefined
  private restMs = firstRestMs
  private triedMs: number | undefined
  private reason = ''

  stateAt(nowMs: number): BreakerState {
    if (this.openUntilMs === undefined) return 'closed'
    return this.isTrying(nowMs) || nowMs >= this.openUntilMs ? 'half_open' : 'open'
  }

  /** Why nothing may be sent now; undefined when this one may, and then its end must be told. */
  refusal(nowMs: number): string | undefined {
    if (this.openUntilMs === undefined) return undefined
    if (this.isTrying(nowMs) || nowMs < this.openUntilMs)
      return `nothing is sent after failures: ${this.reason}`
    this.triedMs = nowMs
    return undefined
  }

  succeeded(): void {
    this.row = 0
    this.openUntilMs = undefined
    this.restMs = firstRestMs
    if (this.triedMs !== undefined) this.failedAtMs = []
    this.triedMs = undefined
  }

  failed(reason: string, nowMs: number): void {
    this.row += 1
    this.reason = reason
    this.failedAtMs = [...this.failedAtMs.filter((atMs) => atMs > nowMs - windowMs), nowMs]
    if (this.triedMs !== undefined) this.restMs = Math.min(2 * this.restMs, longestRestMs)
    else if (this.row < inARow && this.failedAtMs.length < inWindow) return
    this.triedMs = undefined
    this.openUntilMs = nowMs + this.restMs
  }

  private isTrying(nowMs: number): boolean {
    return this.triedMs !== undefined && nowMs - this.triedMs < trialMs
  }
}
