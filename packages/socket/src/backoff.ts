/** How retries are spaced. */
export type BackoffOptions = {
  /** Ceiling of the second retry; it doubles from there. The first retry is immediate. @default 1_000 */
  readonly baseMs: number
  /** The ceiling stops growing here. @default 60_000 */
  readonly capMs: number
  /**
   * `full`: a random part of the ceiling; `decorrelated`: the first below `baseMs`, then each random between `baseMs` and
   * three times the last, so that clients drift apart even when they fell together. @default full
   */
  readonly jitter: 'full' | 'decorrelated'
  /** How long a connection must have stood before the ladder starts anew. @default 30_000 */
  readonly resetAfterMs: number
  /** In [0, 1). @default Math.random */
  readonly random: () => number
}

const defaults: BackoffOptions = {
  baseMs: 1_000,
  capMs: 60_000,
  jitter: 'full',
  resetAfterMs: 30_000,
  random: Math.random,
}

/**
 * The ladder of delays; with the defaults none, then a random part of 1, 2, 4 … 60 s (full jitter: clients that fell
 * together do not come back together). It never gives up; whether to retry at all is the caller's decision.
 */
export class Backoff {
  readonly #options: BackoffOptions
  #retries = 0
  #lastMs = 0

  constructor(options: Partial<BackoffOptions> = {}) {
    this.#options = { ...defaults, ...options }
  }

  /** The delay before the next retry, in whole milliseconds. */
  next(): number {
    const floor = this.#floorMs()
    const ceiling = Math.max(floor, this.#ceilingMs())
    this.#retries += 1
    this.#lastMs = Math.floor(floor + this.#options.random() * (ceiling - floor))
    return this.#lastMs
  }

  #floorMs(): number {
    const { baseMs, capMs, jitter } = this.#options
    return jitter === 'full' || this.#retries === 0 ? 0 : Math.min(baseMs, capMs)
  }

  /** What the next delay stays below. */
  #ceilingMs(): number {
    const { baseMs, capMs, jitter } = this.#options
    if (jitter === 'decorrelated')
      return Math.min(capMs, this.#retries === 0 ? baseMs : Math.max(baseMs, this.#lastMs) * 3)
    // 2^30 is past any sensible cap; without the limit 2^1024 would be Infinity and Infinity × 0 NaN.
    return this.#retries === 0 ? 0 : Math.min(capMs, baseMs * 2 ** Math.min(this.#retries - 1, 30))
  }

  /** Starts the ladder anew if the connection that just ended had stood for long enough. */
  onClosed(openMs: number): void {
    if (openMs >= this.#options.resetAfterMs) this.#retries = 0
  }
}
