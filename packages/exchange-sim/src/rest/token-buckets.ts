/** A read budget in tokens; the exchange's lowest tier refills 200 a second and holds three seconds' worth. */
export type TokenBudget = { readonly refillPerSecond: number; readonly capacity: number }

/** Tokens one request costs. */
const requestCost = 10

/** One token bucket per API key. */
export class TokenBuckets {
  readonly #budget: TokenBudget
  readonly #clock: () => number
  readonly #buckets = new Map<string, { tokens: number; filledMs: number }>()

  constructor(budget: TokenBudget, clock: () => number) {
    this.#budget = budget
    this.#clock = clock
  }

  /** Charges a request to a key; false when the key's bucket cannot pay for it. */
  charge(keyId: string): boolean {
    const nowMs = this.#clock()
    const { refillPerSecond, capacity } = this.#budget
    const bucket = this.#buckets.get(keyId) ?? { tokens: capacity, filledMs: nowMs }
    const refill = (Math.max(0, nowMs - bucket.filledMs) / 1_000) * refillPerSecond
    const tokens = Math.min(capacity, bucket.tokens + refill)
    const paid = tokens >= requestCost
    this.#buckets.set(keyId, { tokens: paid ? tokens - requestCost : tokens, filledMs: nowMs })
    return paid
  }
}
