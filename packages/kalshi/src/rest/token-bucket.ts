import type { SocketTime } from '@whalecast/socket'
import { wait } from './wait.ts'

/** A budget of tokens that refills with time. */
export type TokenBucketOptions = {
  readonly perSecond: number
  /** What may be spent at once after a rest. */
  readonly capacity: number
  readonly time: SocketTime
}

/**
 * Spreads calls so that they stay inside a rate. Callers are served in the order they came: each takes its tokens at
 * once, if need be as a debt, and waits until the debt is paid off.
 */
export class TokenBucket {
  readonly #options: TokenBucketOptions
  #tokens: number
  #filledAtMs: number

  constructor(options: TokenBucketOptions) {
    this.#options = options
    this.#tokens = options.capacity
    this.#filledAtMs = options.time.now()
  }

  /** Resolves when the call may be made; rejects with the signal's reason and gives the tokens back. */
  async take(cost: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    this.#refill()
    this.#tokens -= cost
    if (this.#tokens >= 0) return
    const { perSecond, time } = this.#options
    try {
      await wait(Math.ceil((-this.#tokens / perSecond) * 1_000), time, signal)
    } catch (error) {
      this.#tokens += cost
      throw error
    }
  }

  #refill(): void {
    const { perSecond, capacity, time } = this.#options
    const nowMs = time.now()
    const gained = (Math.max(0, nowMs - this.#filledAtMs) / 1_000) * perSecond
    this.#tokens = Math.min(capacity, this.#tokens + gained)
    this.#filledAtMs = nowMs
  }
}
