import type { SocketTime } from '../../src/time.ts'

/** A clock that stands until it is moved, with timers that fire in order while it moves. */
export class FakeTime implements SocketTime {
  #nowMs = 1_790_000_000_000
  readonly #timers = new Set<{ readonly atMs: number; readonly call: () => void }>()

  readonly now = () => this.#nowMs

  readonly after = (ms: number, call: () => void) => {
    const timer = { atMs: this.#nowMs + ms, call }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  get pendingTimers(): number {
    return this.#timers.size
  }

  /** Moves on, and lets what the timers started settle. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    await settle()
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.atMs <= untilMs)
      const next = due.toSorted((a, b) => a.atMs - b.atMs)[0]
      if (next === undefined) break
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      this.#timers.delete(next)
      next.call()
      await settle()
    }
    this.#nowMs = untilMs
    await settle()
  }
}

/** Lets everything that is ready to run, run. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}
