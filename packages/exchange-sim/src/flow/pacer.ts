import type { Random } from './random.ts'

/** Prints owed after a stall are forgiven past this, so that a paused process does not answer with a flood. */
const longestCatchUpMs = 250
const burst = { meanMs: 2_000, share: 0.1, factor: 3 }
/** Above this rate the flow is a load test: bursts shrink, so that it measures the rate and not its peaks. */
const steadyFrom = 1_000
const steadyFactor = 1.2

/** Says how many prints are due by now: a mean rate with bursts, whose average is the rate. */
export class Pacer {
  readonly #rate: number
  readonly #random: Random
  #lastMs: number
  #phaseEndsMs: number
  #bursting = false
  #owed = 0

  constructor(rate: number, random: Random, nowMs: number) {
    this.#rate = rate
    this.#random = random
    this.#lastMs = nowMs
    this.#phaseEndsMs = nowMs + this.#phaseMs()
  }

  /** True while prints are due. */
  due(nowMs: number): boolean {
    const elapsedMs = Math.min(longestCatchUpMs, Math.max(0, nowMs - this.#lastMs))
    this.#lastMs = nowMs
    if (nowMs >= this.#phaseEndsMs) {
      this.#bursting = !this.#bursting
      this.#phaseEndsMs = nowMs + this.#phaseMs()
    }
    this.#owed += (elapsedMs / 1_000) * this.#rate * this.#factor()
    return this.#owed >= 1
  }

  /** Books prints that were made. An action without a print costs a little, so that it cannot go on forever. */
  printed(trades: number): void {
    this.#owed -= Math.max(trades, 0.1)
  }

  #factor(): number {
    const factor = this.#rate > steadyFrom ? steadyFactor : burst.factor
    return this.#bursting ? factor : (1 - burst.share * factor) / (1 - burst.share)
  }

  #phaseMs(): number {
    const calmMeanMs = (burst.meanMs * (1 - burst.share)) / burst.share
    return this.#random.exponential(this.#bursting ? burst.meanMs : calmMeanMs)
  }
}
