/** A budget in tokens. */
export type TokenBudget = { readonly refillPerSecond: number; readonly capacity: number }

export type BucketName = 'read' | 'write'

/** Two token buckets for each account, shared by all of its keys. */
export class TokenBuckets {
  readonly budgets: Readonly<Record<BucketName, TokenBudget>>
  readonly #clock: () => number
  readonly #buckets = new Map<string, { tokens: number; filledMs: number }>()

  constructor(budgets: Readonly<Record<BucketName, TokenBudget>>, clock: () => number) {
    this.budgets = budgets
    this.#clock = clock
  }

  /** Charges a request to an account; false when the bucket cannot pay for it. */
  charge(accountId: string, bucket: BucketName, tokens: number): boolean {
    const nowMs = this.#clock()
    const { refillPerSecond, capacity } = this.budgets[bucket]
    const key = `${bucket} ${accountId}`
    const before = this.#buckets.get(key) ?? { tokens: capacity, filledMs: nowMs }
    const refill = (Math.max(0, nowMs - before.filledMs) / 1_000) * refillPerSecond
    const filled = Math.min(capacity, before.tokens + refill)
    const paid = filled >= tokens
    this.#buckets.set(key, { tokens: paid ? filled - tokens : filled, filledMs: nowMs })
    return paid
  }
}
