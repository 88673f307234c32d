export type FlushWindowOptions = {
  /** A window that never changes, ms; undefined: as wide as the load asks for. */
  readonly fixedMs: number | undefined
  /** The share of time, since it was asked last, in which this process was busy: 0–1. */
  readonly utilization: () => number
  readonly monotonicMs: () => number
}

const lookEveryMs = 100
/** Above the upper mark the window grows, below the lower it shrinks; between them it stays, so that it does not swing. */
const marks = { upper: 0.7, lower: 0.5 }
const widestMs = 10

/**
 * For how long prints and latest values gather before they are written. An idle process writes at once; a busy one
 * makes fewer and larger writes, which is what saves it: a write costs the same whatever it holds.
 */
export class FlushWindow {
  readonly #options: FlushWindowOptions
  #ms: number
  #lookedAtMs: number

  constructor(options: FlushWindowOptions) {
    this.#options = options
    this.#ms = options.fixedMs ?? 0
    this.#lookedAtMs = options.monotonicMs()
  }

  /** The window of a turn that begins now, ms. */
  ms(): number {
    const { fixedMs, utilization, monotonicMs } = this.#options
    if (fixedMs !== undefined) return fixedMs
    const nowMs = monotonicMs()
    if (nowMs - this.#lookedAtMs >= lookEveryMs) {
      this.#lookedAtMs = nowMs
      const busy = utilization()
      if (busy > marks.upper) this.#ms = Math.min(widestMs, this.#ms + 1)
      else if (busy < marks.lower) this.#ms = Math.max(0, this.#ms - 1)
    }
    return this.#ms
  }
}
