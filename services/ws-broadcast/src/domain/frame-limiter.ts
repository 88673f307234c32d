import type { OutFrame } from './out-frame.ts'

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
    const grown = (Math.max(0, nowMs - this.#atMs) / 1_000) * this.#perSecond
    this.#left = Math.min(this.#perSecond, this.#left + grown)
    this.#atMs = nowMs
    return this.#left >= 1
  }

  take(): void {
    this.#left -= 1
  }
}

/**
 * How many frames one client gets. Above the limit prints are left out, and of a latest value the newest waits.
 * Entries of logs and answers to the client itself are not for it to judge: those are promised.
 */
export class FrameLimiter {
  readonly #rates: FrameRates
  readonly #all: Tokens
  readonly #channels = new Map<string, Tokens>()
  readonly #held = new Map<string, OutFrame>()

  constructor(rates: FrameRates) {
    this.#rates = rates
    this.#all = new Tokens(rates.perClient, 0)
  }

  /** Whether frames wait for their time. */
  get holds(): boolean {
    return this.#held.size > 0
  }

  /** `held`: it comes with `due`. `conflated`: so it does, in place of an older one. `suppressed`: it never comes. */
  judge(frame: OutFrame, nowMs: number): 'send' | 'held' | 'conflated' | 'suppressed' {
    const before = this.#held.get(frame.key)
    if (before) {
      this.#held.set(frame.key, frame.whole ?? frame)
      return 'conflated'
    }
    if (this.#admits(frame.key, nowMs)) return 'send'
    if (frame.frameClass === 'tape') return 'suppressed'
    this.#held.set(frame.key, frame)
    return 'held'
  }

  /** Held frames whose time has come, to be sent now. */
  due(nowMs: number): readonly OutFrame[] {
    const frames: OutFrame[] = []
    for (const [key, frame] of this.#held) {
      if (!this.#admits(key, nowMs)) continue
      this.#held.delete(key)
      frames.push(frame)
    }
    return frames
  }

  /** The client does not listen to a channel any more. */
  forget(channel: string): void {
    this.#held.delete(channel)
    this.#channels.delete(channel)
  }

  #admits(channel: string, nowMs: number): boolean {
    let tokens = this.#channels.get(channel)
    if (!tokens) this.#channels.set(channel, (tokens = new Tokens(this.#rates.perChannel, nowMs)))
    // Both are looked at, so that both refill.
    const own = tokens.has(nowMs)
    if (!this.#all.has(nowMs) || !own) return false
    tokens.take()
    this.#all.take()
    return true
  }
}
