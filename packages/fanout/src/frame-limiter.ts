import type { OutFrame } from './frame.ts'

/** So many frames a second, and so many at once after a rest. */
export type FrameRate = { readonly perSecond: number; readonly burst: number }

export type FrameRates = {
  /** Of all that may be thinned, to those who listen to the same feeds … */
  readonly all: FrameRate
  /** … and of one feed. */
  readonly of: (feed: string) => FrameRate
}

/** What becomes of a frame above the rate. */
export type Thinned = 'held' | 'conflated' | 'suppressed'

/**
 * How many frames pass. Above the rate prints are left out, and of a latest value the newest waits. Entries of logs and
 * answers to one client are not for it to judge: those are promised.
 */
export class FrameLimiter {
  readonly #rate: FrameRate
  /** Made when it is first needed: most limiters never hold anything, and there is one for each client that differs. */
  #held: Map<string, OutFrame> | undefined
  #left: number
  #atMs: number

  constructor(rate: FrameRate, nowMs: number) {
    this.#rate = rate
    this.#left = rate.burst
    this.#atMs = nowMs
  }

  /** Whether frames wait for their time. */
  get holds(): boolean {
    return this.#held !== undefined && this.#held.size > 0
  }

  /** `held`: it comes with `due`. `conflated`: so it does, in place of an older one. `suppressed`: it never comes. */
  judge(feed: string, frame: OutFrame, nowMs: number): 'send' | Thinned {
    if (this.#held?.has(feed) === true) {
      this.#held.set(feed, frame.whole ?? frame)
      return 'conflated'
    }
    if (this.#admits(nowMs)) return 'send'
    if (frame.frameClass === 'tape') return 'suppressed'
    this.#held ??= new Map()
    this.#held.set(feed, frame)
    return 'held'
  }

  /** The frames that wait, with the feeds they belong to. */
  held(): Iterable<readonly [feed: string, frame: OutFrame]> {
    return this.#held ?? []
  }

  /** Held frames whose time has come, to be sent now, with their feeds. */
  due(nowMs: number): readonly (readonly [feed: string, frame: OutFrame])[] {
    const frames: [string, OutFrame][] = []
    for (const [feed, frame] of this.held()) {
      if (!this.#admits(nowMs)) break
      this.#held?.delete(feed)
      frames.push([feed, frame])
    }
    return frames
  }

  #admits(nowMs: number): boolean {
    if (nowMs > this.#atMs) {
      const { perSecond, burst } = this.#rate
      this.#left = Math.min(burst, this.#left + ((nowMs - this.#atMs) * perSecond) / 1_000)
      this.#atMs = nowMs
    }
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}
