/** Values as they stood some time ago: what a read sees that lags behind. */
export class History<T> {
  readonly #lagMs: number
  #entries: { tsMs: number; value: T }[]

  /** Without a lag nothing is kept. */
  constructor(lagMs: number, first: T) {
    this.#lagMs = lagMs
    this.#entries = lagMs > 0 ? [{ tsMs: -Infinity, value: first }] : []
  }

  get isKept(): boolean {
    return this.#lagMs > 0
  }

  /** Keeps a value that holds from now on. */
  push(tsMs: number, value: T): void {
    this.#entries.push({ tsMs, value })
    this.#forget(tsMs)
  }

  /** The value that held a lag ago; `undefined` when there is no lag. */
  at(nowMs: number): T | undefined {
    this.#forget(nowMs)
    return this.#entries[0]?.value
  }

  /** Drops what was followed by another value before the lag began: the first one left is the one to read. */
  #forget(nowMs: number): void {
    const current = this.#entries.findLastIndex(({ tsMs }) => tsMs <= nowMs - this.#lagMs)
    if (current > 0) this.#entries = this.#entries.slice(current)
  }
}
