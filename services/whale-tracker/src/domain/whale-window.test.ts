import { describe, expect, test } from '@jest/globals'
import { makeTrade, seededRandom } from '../testing/trades.ts'
import type { Print } from './print.ts'
import { WhaleWindow } from './whale-window.ts'

const print = (id: string, size: number, expiresAtMs: number): Print => ({
  trade: makeTrade({ trade_id: id }),
  sizeE6: size,
  expiresAtMs,
})
const sizes = (prints: readonly Print[]) => prints.map(({ sizeE6 }) => sizeE6)
const ids = (prints: readonly Print[]) => prints.map(({ trade }) => trade.trade_id)

describe('the largest N', () => {
  test('100, 200, 300, 400, 5000 with N = 3 leave 5000, 400, 300', () => {
    const window = new WhaleWindow(3)
    ;[100, 200, 300, 400, 5_000].forEach((size, index) => window.add(print(`t${index}`, size, 1_000 + index)))
    expect(sizes(window.top(0))).toEqual([5_000, 400, 300])
  })

  test('when a large one expires, the next largest still inside takes its place', () => {
    const window = new WhaleWindow(2)
    window.add(print('large', 900, 1_000))
    window.add(print('larger', 950, 1_100))
    window.add(print('small', 10, 1_300))
    expect(ids(window.top(999))).toEqual(['larger', 'large'])
    expect(ids(window.top(1_000))).toEqual(['larger', 'small'])
    expect(ids(window.top(1_100))).toEqual(['small'])
    expect(ids(window.top(1_300))).toEqual([])
  })

  test('equal sizes rank by time, newest first, then by id', () => {
    const window = new WhaleWindow(4)
    for (const each of [print('b', 5, 20), print('old', 5, 10), print('a', 5, 20)]) window.add(each)
    expect(ids(window.top(0))).toEqual(['a', 'b', 'old'])
  })

  test('what N better ones outlive is let go at once', () => {
    const window = new WhaleWindow(1)
    const small = print('small', 1, 10)
    window.add(small)
    expect(window.add(print('large', 2, 10))).toEqual([small])
    const tooSmall = print('too small', 1, 10)
    expect(window.add(tooSmall)).toEqual([tooSmall])
    expect(window.size).toBe(1)
  })
})

/** The definition, word by word, over everything that ever came. */
class Reference {
  private all: Print[] = []
  private readonly limit: number

  constructor(limit: number) {
    this.limit = limit
  }

  add(each: Print): void {
    this.all.push(each)
  }

  expire(nowMs: number): void {
    this.all = this.all.filter(({ expiresAtMs }) => expiresAtMs > nowMs)
  }

  top(nowMs: number): readonly string[] {
    const inside = this.all.filter(({ expiresAtMs }) => expiresAtMs > nowMs)
    return ids(inside.toSorted((a, b) => (before(a, b) ? -1 : 1)).slice(0, this.limit))
  }

  /** All that can still be among the N largest at some moment to come. */
  mattering(): readonly string[] {
    const matters = this.all.filter(
      (each) =>
        this.all.filter((other) => before(other, each) && other.expiresAtMs >= each.expiresAtMs).length <
        this.limit,
    )
    return ids(matters).toSorted()
  }
}

function before(a: Print, b: Print): boolean {
  if (a.sizeE6 !== b.sizeE6) return a.sizeE6 > b.sizeE6
  if (a.expiresAtMs !== b.expiresAtMs) return a.expiresAtMs > b.expiresAtMs
  return a.trade.trade_id < b.trade.trade_id
}

describe('against the definition, on random streams', () => {
  test.each(Array.from({ length: 60 }, (_, seed) => ({ seed })))('seed $seed', ({ seed }) => {
    const random = seededRandom(seed + 1)
    const upTo = (bound: number) => Math.floor(random() * bound)
    const limit = 1 + upTo(6)
    const distinctSizes = 1 + upTo(30)
    const window = new WhaleWindow(limit)
    const reference = new Reference(limit)
    let now = 1_000
    for (let step = 0; step < 150; step += 1) {
      now += upTo(8)
      // Up to 60 late, 5 early: out of order, and now and then expired on arrival.
      const each = print(`t${upTo(1_000)}-${step}`, 1 + upTo(distinctSizes), now + 50 - upTo(60) + upTo(5))
      const held = new Set(ids(window.prints()))
      const left = ids(window.add(each))
      for (const id of left) expect(held.has(id) || id === each.trade.trade_id).toBe(true)
      reference.add(each)
      if (random() < 0.2) {
        window.expire(now)
        reference.expire(now)
      }
      expect(ids(window.prints()).toSorted()).toEqual(reference.mattering())
      for (const at of [now, now + upTo(60)]) expect(ids(window.top(at))).toEqual(reference.top(at))
    }
  })
})

test('holds about N·ln(window ÷ N) prints of a long random stream, not all of them', () => {
  const random = seededRandom(7)
  const window = new WhaleWindow(10)
  let most = 0
  for (let now = 0; now < 30_000; now += 1) {
    window.expire(now)
    window.add(print(`t${now}`, random(), now + 10_000))
    most = Math.max(most, window.size)
  }
  expect(most).toBeGreaterThan(10)
  expect(most).toBeLessThan(150)
})
