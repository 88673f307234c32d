import type { OutFrame } from './frame.ts'

export type FrameRates = {
  /** Frames a second that one client gets of channels that may be thinned, … */
  readonly perClient: number
  /** … and of one of them. */
  readonly perChannel: number
}

/** A bucket that refills within a second. */
class Tokens {
  readonly #perSecond: number
  #left: number
  #atMs: number

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond
    this.#left = perSecond
    this.#atMs = nowMs
  }

  has(nowMs: number): boolean {
    if (nowMs > this.#atMs) {
      const grown = ((nowMs - this.#atMs) / 1_000) * this.#perSecond
      this.#left = Math.min(this.#perSecond, this.#left + grown)
      this.#atMs = nowMs
    }
    return this.#left >= 1
  }

  take(): void {
    this.#left -= 1
  }
}

/**
 * How many frames those who listen to the same things get. Above the limit prints are left out, and of a latest
 * value the newest waits. Entries of logs and answers to one client are not for it to judge: those are promised.
 */
export class FrameLimiter {
  readonly #rates: FrameRates
  readonly #all: Tokens
  readonly #feeds = new Map<string, Tokens>()
  readonly #held = new Map<string, OutFrame>()

  constructor(rates: FrameRates, nowMs: number) {
    this.#rates = rates
    this.#all = new Tokens(rates.perClient, nowMs)
  }

  /** Whether frames wait for their time. */
  get holds(): boolean {
    return this.#held.size > 0
  }

  /** `held`: it comes with `due`. `conflated`: so it does, in place of an older one. `suppressed`: it never comes. */
  judge(feed: string, frame: OutFrame, nowMs: number): 'send' | 'held' | 'conflated' | 'suppressed' {
    if (frame.frameClass === 'log' || frame.frameClass === 'control') return 'send'
    if (this.#held.size > 0 && this.#held.has(feed)) {
      this.#held.set(feed, frame.whole ?? frame)
      return 'conflated'
    }
    if (this.#admits(feed, nowMs)) return 'send'
    if (frame.frameClass === 'tape') return 'suppressed'
    this.#held.set(feed, frame)
    return 'held'
  }

  /** The frames that wait, with the feeds they belong to. */
  held(): Iterable<readonly [feed: string, frame: OutFrame]> {
    return this.#held
  }

  /** Held frames whose time has come, to be sent now. */
  due(nowMs: number): readonly OutFrame[] {
    const frames: OutFrame[] = []
    for (const [feed, frame] of this.#held) {
      if (!this.#admits(feed, nowMs)) continue
      this.#held.delete(feed)
      frames.push(frame)
    }
    return frames
  }

  #admits(feed: string, nowMs: number): boolean {
    let tokens = this.#feeds.get(feed)
    if (!tokens) this.#feeds.set(feed, (tokens = new Tokens(this.#rates.perChannel, nowMs)))
    // Both are looked at, so that both refill.
    const own = tokens.has(nowMs)
    if (!this.#all.has(nowMs) || !own) return false
    tokens.take()
    this.#all.take()
    return true
  }
}
