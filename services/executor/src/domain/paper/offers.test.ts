import { describe, expect, test } from '@jest/globals'
import { makeBook, startMs } from '../../testing/samples.ts'
import { bookObstacle, Offers } from './offers.ts'

describe('what the book offers', () => {
  const book = makeBook(
    [
      [40, 10],
      [39, 20],
    ],
    [
      [55, 3],
      [54.5, 4],
      [50, 100],
    ],
  )
  test.each([
    {
      note: 'YES is bought from bids for NO',
      side: 'yes',
      action: 'buy',
      limitE4: 4_550,
      fills: [
        [4_500, 300],
        [4_550, 200],
      ],
    },
    {
      note: 'the limit itself is accepted, beyond it nothing',
      side: 'yes',
      action: 'buy',
      limitE4: 4_500,
      fills: [[4_500, 300]],
    },
    { note: 'too low a limit', side: 'yes', action: 'buy', limitE4: 4_499, fills: [] },
    {
      note: 'NO is bought from bids for YES',
      side: 'no',
      action: 'buy',
      limitE4: 6_100,
      fills: [[6_000, 500]],
    },
    {
      note: 'YES is sold to bids for YES',
      side: 'yes',
      action: 'sell',
      limitE4: 3_900,
      fills: [[4_000, 500]],
    },
    {
      note: 'NO is sold to bids for NO',
      side: 'no',
      action: 'sell',
      limitE4: 5_450,
      fills: [
        [5_500, 300],
        [5_450, 200],
      ],
    },
  ] as const)('$note', ({ fills, ...taker }) => {
    expect(new Offers().walk(book, { ...taker, countE2: 500 }).fills).toEqual(fills)
  })

  test.each(['buy', 'sell'] as const)(
    'what one order took is not there for the next, until the book is newer: %s',
    (action) => {
      const offers = new Offers()
      const taker = {
        side: action === 'buy' ? 'yes' : 'no',
        action,
        countE2: 400,
        limitE4: action === 'buy' ? 5_000 : 5_000,
      } as const
      const first = offers.walk(book, taker)
      offers.take(book, taker, first)
      const second = offers.walk(book, taker)
      const counts = (fills: readonly (readonly number[])[]) => fills.map(([, count]) => count)
      expect(counts(first.fills)).toEqual([300, 100])
      expect(counts(second.fills)).toEqual([300, 100])
      expect(second.fills[0]?.[0]).toBe(first.fills[1]?.[0])
      const newer = { ...book, timestamp_ms: startMs + 100 }
      expect(offers.walk(newer, taker).fills).toEqual(first.fills)
    },
  )
})

test.each([
  { note: 'a live book', book: makeBook([], []), obstacle: undefined },
  { note: 'none', book: undefined, obstacle: 'there is no' },
  { note: 'a stale one', book: makeBook([], [], { state: 'stale' }), obstacle: 'stale' },
  {
    note: 'one that nobody keeps',
    book: makeBook([], [], { timestamp_ms: startMs - 12_001 }),
    obstacle: 'old',
  },
])('$note', ({ book, obstacle }) => {
  const found = bookObstacle(book, startMs)
  if (obstacle === undefined) expect(found).toBeUndefined()
  else expect(found).toContain(obstacle)
})
