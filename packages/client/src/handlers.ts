import type { Disposer } from './client.ts'

/** A set of handlers of one kind. One that throws is reported as an uncaught error, and the others still run. */
export class Handlers<Value> {
  readonly #entries = new Set<{ readonly handler: (value: Value) => void }>()

  add(handler: (value: Value) => void): Disposer {
    const entry = { handler }
    this.#entries.add(entry)
    return () => void this.#entries.delete(entry)
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0
  }

  call(value: Value): void {
    for (const { handler } of this.#entries) {
      try {
        handler(value)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  clear(): void {
    this.#entries.clear()
  }
}
