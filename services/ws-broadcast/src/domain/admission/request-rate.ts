import { TokenBucket } from './token-bucket.ts'

/** A page fetches all its files at once. */
const burstSeconds = 4

/** How many requests one address may make; one that is quiet is forgotten. */
export class RequestRate {
  readonly #perSecond: number
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** Addresses that are remembered. */
  get addresses(): number {
    return this.#buckets.size
  }

  /** False: too many. Whoever is not counted may ask as often as it likes. */
  take(address: string | undefined, nowMs: number): boolean {
    if (address === undefined) return true
    const known = this.#buckets.get(address)
    if (known) return known.take(nowMs)
    const rate = { perSecond: this.#perSecond, burst: this.#perSecond * burstSeconds }
    const made = new TokenBucket(rate, nowMs)
    this.#buckets.set(address, made)
    return made.take(nowMs)
  }

  tick(nowMs: number): void {
    for (const [address, bucket] of this.#buckets) if (bucket.full(nowMs)) this.#buckets.delete(address)
  }
}
