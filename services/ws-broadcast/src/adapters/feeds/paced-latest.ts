import { LatestPacer } from '../../domain/channels/latest-pacer.ts'

export type PacedLatestOptions<Value> = {
  readonly now: () => number
  readonly onDue: (value: Value) => void
  readonly onConflated: () => void
}

/** Ten values a second are all that a screen can show. */
const intervalMs = 100

/** Hands on the values of each key at most ten times a second, and always the newest in the end. */
export class PacedLatest<Value> {
  readonly #options: PacedLatestOptions<Value>
  readonly #pacer = new LatestPacer<Value>(intervalMs)
  readonly #timers = new Map<string, NodeJS.Timeout>()

  constructor(options: PacedLatestOptions<Value>) {
    this.#options = options
  }

  offer(key: string, value: Value): void {
    const { now, onDue, onConflated } = this.#options
    const outcome = this.#pacer.offer(key, value, now())
    if (outcome === 'now') return onDue(value)
    if (outcome === 'conflated') onConflated()
    if (this.#timers.has(key)) return
    const timer = setTimeout(
      () => {
        this.#timers.delete(key)
        const due = this.#pacer.take(key, now())
        if (due !== undefined) onDue(due)
      },
      this.#pacer.dueInMs(key, now()),
    )
    this.#timers.set(key, timer)
  }

  /** Forgets a key and what waits under it. */
  drop(key: string): void {
    clearTimeout(this.#timers.get(key))
    this.#timers.delete(key)
    this.#pacer.drop(key)
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }
}
