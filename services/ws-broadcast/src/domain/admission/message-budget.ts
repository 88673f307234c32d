/** A client's script may reconnect all its charts at once; nobody needs more than that. */
const burst = 60
const perSecond = 20
/** How many frames over the budget are only dropped before the connection ends. */
const patience = 60

/**
 * How many frames one client may send: a token bucket. The first frame over it is answered with an error,
 * the following are dropped, and who goes on is closed. A bucket that is full again forgives.
 */
export class MessageBudget {
  #tokens = burst
  #refused = 0
  #atMs: number

  constructor(nowMs: number) {
    this.#atMs = nowMs
  }

  take(nowMs: number): 'ok' | 'warn' | 'drop' | 'close' {
    this.#tokens = Math.min(burst, this.#tokens + (Math.max(0, nowMs - this.#atMs) / 1_000) * perSecond)
    this.#atMs = nowMs
    if (this.#tokens === burst) this.#refused = 0
    if (this.#tokens >= 1) {
      this.#tokens -= 1
      return 'ok'
    }
    this.#refused += 1
    if (this.#refused > patience) return 'close'
    return this.#refused === 1 ? 'warn' : 'drop'
  }
}
