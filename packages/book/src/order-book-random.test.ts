import { expect, test } from '@jest/globals'
import type { Level, Side } from './ladder.ts'
import { OrderBook } from './order-book.ts'

/** A book as anyone would write it at first: a map of each side, sorted when asked. */
class MapBook {
  readonly sides = { yes: new Map<number, number>(), no: new Map<number, number>() }

  snapshot(levels: Record<Side, readonly Level[]>): void {
    for (const side of ['yes', 'no'] as const)
      this.sides[side] = new Map(levels[side].filter(([, c]) => c > 0))
  }

  delta(side: Side, priceE4: number, deltaE2: number): 'applied' | 'negative' {
    const countE2 = (this.sides[side].get(priceE4) ?? 0) + deltaE2
    if (countE2 > 0) this.sides[side].set(priceE4, countE2)
    else this.sides[side].delete(priceE4)
    return countE2 < 0 ? 'negative' : 'applied'
  }

  bids(side: Side): Level[] {
    return [...this.sides[side]].toSorted(([a], [b]) => b - a)
  }

  /** One contract's hundredth after the other. */
  cost(side: Side, countE2: number): number {
    const asks = this.bids(side === 'yes' ? 'no' : 'yes').flatMap(([priceE4, count]) =>
      Array.from({ length: count }, () => 10_000 - priceE4),
    )
    return asks.slice(0, countE2).reduce((sum, priceE4) => sum + priceE4, 0)
  }
}

/** Mulberry32: the same seed, the same numbers. */
function seeded(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b_79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

/** A snapshot of up to `most` levels a side, shuffled by its own making: prices are drawn, not counted up. */
function randomLevels(below: (n: number) => number, most: number): Level[] {
  const levels = new Map<number, number>()
  for (let left = below(most + 1); left > 0; left -= 1) levels.set(1 + below(9_999), below(40))
  return [...levels]
}

test.each([
  { seed: 1, prices: 12, most: 5 },
  { seed: 2, prices: 60, most: 40 },
  { seed: 3, prices: 9_999, most: 150 },
  { seed: 4, prices: 300, most: 0 },
])('2,000 random steps end like a map’s, at every step (seed $seed)', ({ seed, prices, most }) => {
  const below = seeded(seed)
  const book = new OrderBook()
  const reference = new MapBook()
  const seen = { snapshot: 0, applied: 0, negative: 0 }
  for (let step = 0; step < 2_000; step += 1) {
    if (below(60) === 0) {
      const levels = { yes: randomLevels(below, most), no: randomLevels(below, most) }
      expect(book.applySnapshot(levels)).toBe('applied')
      reference.snapshot(levels)
      seen.snapshot += 1
    } else {
      const side: Side = below(2) === 0 ? 'yes' : 'no'
      const known = reference.bids(side)
      // Half of the changes meet a level that is there, and a third of those take exactly all of it.
      const [priceE4, countE2] = known[below(2 * known.length)] ?? [1 + below(prices), 0]
      const deltaE2 = countE2 > 0 && below(3) === 0 ? -countE2 : below(60) - 25
      const outcome = reference.delta(side, priceE4, deltaE2)
      expect(book.applyDelta({ side, priceE4, deltaE2 })).toBe(outcome)
      seen[outcome] += 1
    }
    const bids = { yes: reference.bids('yes'), no: reference.bids('no') }
    if (step % 20 === 0) expect({ yes: book.topBids('yes'), no: book.topBids('no') }).toEqual(bids)
    const [top] = bids.yes
    expect([book.bestBid('yes'), book.levelCount('no')]).toEqual([top, bids.no.length])
    if (step % 50 !== 0) continue
    const countE2 = 1 + below(200)
    expect(book.walk({ action: 'buy', side: 'no', countE2 }).amountE6).toBe(reference.cost('no', countE2))
    const withinE4 = below(500)
    const near = bids.no.filter(([priceE4]) => priceE4 >= bids.no[0]![0] - withinE4)
    expect(book.depthE2('no', withinE4)).toBe(near.reduce((sum, [, count]) => sum + count, 0))
  }
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(9)
})
