const hourMs = 3_600_000
const hours = 24

/** Volume of the last 24 hours, in hourly steps, starting from an amount spread evenly over the day before. */
export class RollingVolume {
  readonly #perHour: number[]
  #hour: number | undefined
  #total: number

  constructor(startE2: number) {
    const share = Math.floor(startE2 / hours)
    this.#perHour = Array.from({ length: hours }, () => share)
    this.#total = share * hours
  }

  add(countE2: number, nowMs: number): void {
    const slot = this.#turnTo(nowMs)
    this.#perHour[slot] = (this.#perHour[slot] ?? 0) + countE2
    this.#total += countE2
  }

  total(nowMs: number): number {
    this.#turnTo(nowMs)
    return this.#total
  }

  #turnTo(nowMs: number): number {
    const hour = Math.floor(nowMs / hourMs)
    const from = this.#hour ?? hour
    for (let passed = Math.max(from + 1, hour - hours + 1); passed <= hour; passed += 1) {
      this.#total -= this.#perHour[passed % hours] ?? 0
      this.#perHour[passed % hours] = 0
    }
    this.#hour = Math.max(from, hour)
    return this.#hour % hours
  }
}
