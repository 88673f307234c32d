/** Trades per second over the last ten full seconds, in constant memory. */
export class TradeRate {
  readonly #counts = new Float64Array(11)
  #second = 0

  add(nowMs: number): void {
    this.#advance(nowMs)
    const slot = this.#second % 11
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1
  }

  /** One decimal. */
  perSecond(nowMs: number): number {
    this.#advance(nowMs)
    let sum = 0
    for (let slot = 0; slot < 11; slot++) if (slot !== this.#second % 11) sum += this.#counts[slot] ?? 0
    return Math.round(sum) / 10
  }

  #advance(nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    const steps = Math.min(11, second - this.#second)
    for (let step = 0; step < steps; step++) this.#counts[(second - step) % 11] = 0
    if (second > this.#second) this.#second = second
  }
}
