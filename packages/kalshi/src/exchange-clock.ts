/**
 * The exchange's clock, as far as one can tell: the local one until the exchange refuses a signature as too old or too
 * new, and from then on shifted by what its `Date` header said. Shared by socket and REST.
 */
export class ExchangeClock {
  readonly #now: () => number
  #offsetMs = 0

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Unix ms, for signing. */
  now(): number {
    return this.#now() + this.#offsetMs
  }

  /** How far the exchange is ahead of the local clock. */
  get offsetMs(): number {
    return this.#offsetMs
  }

  /** Takes the time from a `Date` header; false if it holds none. */
  learn(dateHeader: string | undefined): boolean {
    const dateMs = dateHeader === undefined ? Number.NaN : Date.parse(dateHeader)
    if (Number.isNaN(dateMs)) return false
    // The header is cut to whole seconds: half a second more is right on average.
    this.#offsetMs = dateMs + 500 - this.#now()
    return true
  }
}
