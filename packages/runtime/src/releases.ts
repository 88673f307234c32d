import type { Logger } from './logger.ts'
import type { Release } from './service-context.ts'

/**
 * What has to be undone, newest first. Each release is guarded: one that fails is logged and the next
 * one runs. What is registered after the unwinding began (a slow acquisition) is released at once.
 */
export class Releases {
  readonly #stack: { readonly label: string; readonly release: Release }[] = []
  readonly #logger: () => Logger
  #unwinding: Promise<void> | undefined
  #failed = false

  constructor(logger: () => Logger) {
    this.#logger = logger
  }

  /** Whether any release failed so far. */
  get failed(): boolean {
    return this.#failed
  }

  add(label: string, release: Release): void {
    this.#stack.push({ label, release })
    if (this.#unwinding) this.#unwinding = this.#unwinding.then(() => this.#unwind())
  }

  /** Runs every release, also those that are added meanwhile. Never rejects. */
  async unwind(): Promise<void> {
    this.#unwinding ??= this.#unwind()
    let seen: Promise<void> | undefined
    while (seen !== this.#unwinding) {
      seen = this.#unwinding
      await seen
    }
  }

  async #unwind(): Promise<void> {
    for (let next = this.#stack.pop(); next; next = this.#stack.pop()) {
      try {
        await next.release()
      } catch (error) {
        this.#failed = true
        this.#logger().error('release failed', { release: next.label, error })
      }
    }
  }
}
