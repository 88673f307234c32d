/**
 * Keeps latest values to one per interval and key: the first at once, then only the newest of each interval.
 * What a newer value overtakes is never serialised.
 */
export class LatestPacer<Value> {
  readonly #intervalMs: number
  readonly #keys = new Map<string, { readonly nextAtMs: number; waiting: Value | undefined }>()

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs
  }

  /** `now`: send it. `waits`: `take` it when due. `conflated`: waits as well, and overtook another. */
  offer(key: string, value: Value, nowMs: number): 'now' | 'waits' | 'conflated' {
    const state = this.#keys.get(key)
    if (!state || (nowMs >= state.nextAtMs && state.waiting === undefined)) {
      this.#keys.set(key, { nextAtMs: nowMs + this.#intervalMs, waiting: undefined })
      return 'now'
    }
    const outcome = state.waiting === undefined ? 'waits' : 'conflated'
    state.waiting = value
    return outcome
  }

  /** The value that waits under a key, to be sent now; the next interval begins. */
  take(key: string, nowMs: number): Value | undefined {
    const waiting = this.#keys.get(key)?.waiting
    if (waiting !== undefined) this.#keys.set(key, { nextAtMs: nowMs + this.#intervalMs, waiting: undefined })
    return waiting
  }

  /** How long until the waiting value of a key is due. */
  dueInMs(key: string, nowMs: number): number {
    return Math.max(0, (this.#keys.get(key)?.nextAtMs ?? nowMs) - nowMs)
  }

  /** Forgets a key and what waits under it. */
  drop(key: string): void {
    this.#keys.delete(key)
  }
}
