import { describe, expect, test } from '@jest/globals'
import { bookDelta } from './book-delta.ts'
import { bookDeltaSchema, type Book } from './book.ts'
import { applyBookDelta } from './wire/book-delta.ts'

type Level = Book['yes'][number]
const level = (price_cents: number, count: number): Level => ({ price_cents, count })

const book = (over: Partial<Book> = {}): Book => ({
  market_ticker: 'KXA',
  state: 'live',
  yes: [level(42, 100), level(41.5, 20)],
  no: [level(55, 7)],
  best_yes_bid_cents: 42,
  best_yes_ask_cents: 45,
  spread_cents: 3,
  mid_cents: 43.5,
  yes_depth: 120,
  no_depth: 7,
  timestamp_ms: 1,
  ...over,
})

test('only levels and fields that differ are told; a level that is gone has the count 0', () => {
  const after = book({ yes: [level(43, 1), level(42, 100)], best_yes_bid_cents: 43, timestamp_ms: 2 })
  const delta = bookDelta({ version: 4, book: book() }, { version: 6, book: after })
  expect(bookDeltaSchema.strict().parse(delta)).toEqual({
    base_version: 4,
    version: 6,
    set: { best_yes_bid_cents: 43, timestamp_ms: 2 },
    yes: [
      [43, 1],
      [41.5, 0],
    ],
    no: [],
  })
})

describe('what a change cannot say is told whole', () => {
  test.each([
    { note: 'worst first', over: { yes: [level(41, 1), level(42, 1)] } },
    { note: 'a price twice', over: { no: [level(41, 1), level(41, 2)] } },
    { note: 'a level without contracts', over: { no: [level(41, 0)] } },
    { note: 'another market', over: { market_ticker: 'KXB' } },
  ])('$note', ({ over }) => {
    expect(bookDelta({ version: 1, book: book() }, { version: 2, book: book(over) })).toBeUndefined()
    expect(bookDelta({ version: 1, book: book(over) }, { version: 2, book: book() })).toBeUndefined()
  })
})

/** The same walk at each run. */
function randomSteps(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

function walkSide(levels: readonly Level[], random: () => number): Level[] {
  const counts = new Map(levels.map(({ price_cents, count }) => [price_cents, count]))
  for (let change = Math.floor(random() * 4); change > 0; change--) {
    const price = Math.round(random() * 200) / 2
    if (random() < 0.4) counts.delete(price)
    else counts.set(price, 1 + Math.floor(random() * 500) / 100)
  }
  const side = [...counts].map(([price, count]) => level(price, count))
  return side.toSorted((a, b) => b.price_cents - a.price_cents).slice(0, random() < 0.1 ? 0 : 20)
}

test.each([1, 2, 3])(
  'a first book and its changes are what was published, over 500 steps: seed %i',
  (seed) => {
    const random = randomSteps(seed)
    let published = { version: 1, book: book() }
    let held = published.book
    for (let step = 0; step < 500; step++) {
      const { yes, no } = published.book
      const next = book({
        yes: walkSide(yes, random),
        no: walkSide(no, random),
        state: random() < 0.1 ? 'stale' : 'live',
        best_yes_bid_cents: random() < 0.2 ? null : Math.floor(random() * 100),
        yes_depth: Math.floor(random() * 5),
        timestamp_ms: published.book.timestamp_ms + Math.floor(random() * 3),
      })
      const after = { version: published.version + 1 + Math.floor(random() * 3), book: next }
      const delta = bookDelta(published, after)
      expect(delta?.base_version).toBe(published.version)
      // As it comes over the wire.
      held = applyBookDelta(held, bookDeltaSchema.parse(JSON.parse(JSON.stringify(delta))))
      expect(held).toEqual(next)
      published = after
    }
  },
)
