import type { Caller } from './access.ts'

export type CallerCacheOptions = {
  /** How many tokens are remembered; the one that was not asked for the longest gives way. */
  readonly capacity: number
  /** How long an answer holds at most: so long a key that was withdrawn still opens new connections. */
  readonly maxAgeMs: number
}

type Kept = { readonly caller: Caller; readonly untilMs: number }

/**
 * Whom tokens that were checked belong to, by the tokens' hashes: a crowd that comes back all at once costs one
 * hash each. Only good answers are kept, so that nobody can push them out with tokens that open nothing.
 */
export class CallerCache {
  readonly #options: CallerCacheOptions
  /** In the order in which they were last asked for. */
  readonly #kept = new Map<string, Kept>()

  constructor(options: CallerCacheOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#kept.size
  }

  get(hash: string, nowMs: number): Caller | undefined {
    const kept = this.#kept.get(hash)
    if (!kept) return undefined
    this.#kept.delete(hash)
    if (nowMs >= kept.untilMs) return undefined
    this.#kept.set(hash, kept)
    return kept.caller
  }

  set(hash: string, caller: Caller, nowMs: number): void {
    const { capacity, maxAgeMs } = this.#options
    const untilMs = Math.min(nowMs + maxAgeMs, caller.expiresAtMs ?? Infinity)
    this.#kept.delete(hash)
    this.#kept.set(hash, { caller, untilMs })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > capacity && oldest !== undefined) this.#kept.delete(oldest)
  }
}
