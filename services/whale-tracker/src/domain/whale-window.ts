import { byRank, type Print } from './print.ts'

type Held = {
  readonly print: Print
  /** How many prints rank before this one and stay at least as long. */
  betters: number
}

/**
 * Answers at any time which N prints inside the window are the largest, and holds exactly the prints that can
 * still be among them. A print can no longer be once N others rank before it and stay at least as long: at every
 * moment until it expires those N are there too. (The N-skyband over rank and expiry; for prints in random order
 * it holds about N·ln(window ÷ N) of them.)
 *
 * `betters` stays right without looking at prints that left: whatever made a print leave (N betters, or expiry)
 * makes everything leave that it was a better of.
 */
export class WhaleWindow {
  private readonly limit: number
  private held: Held[] = []

  constructor(limit: number) {
    this.limit = limit
  }

  get size(): number {
    return this.held.length
  }

  /** Takes a print in. Returns the prints that can no longer matter: none, some held ones, or the given one itself. */
  add(print: Print): readonly Print[] {
    const { held, limit } = this
    let betters = 0
    let place = 0
    for (; place < held.length; place += 1) {
      const other = held[place]!.print
      if (byRank(other, print) > 0) break
      if (other.expiresAtMs >= print.expiresAtMs && ++betters >= limit) return [print]
    }
    held.splice(place, 0, { print, betters })
    let left: Print[] | undefined
    for (let index = place + 1; index < held.length; index += 1) {
      const worse = held[index]!
      if (worse.print.expiresAtMs <= print.expiresAtMs && ++worse.betters >= limit) {
        ;(left ??= []).push(worse.print)
      }
    }
    if (left !== undefined) this.held = held.filter(({ betters: count }) => count < limit)
    return left ?? []
  }

  /** Lets go of every print that is outside the window at `nowMs`, and returns them. */
  expire(nowMs: number): readonly Print[] {
    let left: Print[] | undefined
    for (const { print } of this.held) if (print.expiresAtMs <= nowMs) (left ??= []).push(print)
    if (left !== undefined) this.held = this.held.filter(({ print }) => print.expiresAtMs > nowMs)
    return left ?? []
  }

  /** The largest prints inside the window at `nowMs`, largest first; exact to the millisecond. */
  top(nowMs: number): readonly Print[] {
    const largest: Print[] = []
    for (const { print } of this.held) {
      if (print.expiresAtMs <= nowMs) continue
      largest.push(print)
      if (largest.length === this.limit) break
    }
    return largest
  }

  /** Everything held, largest first. */
  prints(): readonly Print[] {
    return this.held.map(({ print }) => print)
  }
}
