import { describe, expect, test } from '@jest/globals'
import type { Level } from './ladder.ts'
import { type BookLevels, OrderBook } from './order-book.ts'

function bookOf(levels: BookLevels): OrderBook {
  const book = new OrderBook()
  expect(book.applySnapshot(levels)).toBe('applied')
  return book
}

const levelsOf = (book: OrderBook) => ({ yes: book.topBids('yes'), no: book.topBids('no') })

const usual: BookLevels = {
  yes: [
    [4_400, 300],
    [4_500, 200],
    [1_000, 50],
  ],
  no: [
    [5_000, 400],
    [5_300, 100],
    [5_200, 250],
  ],
}

describe('snapshots', () => {
  test('levels in any order stand best first; those of no contracts are none', () => {
    const book = bookOf({ ...usual, yes: [...usual.yes!, [4_450, 0]] })
    expect(levelsOf(book)).toEqual({
      yes: [
        [4_500, 200],
        [4_400, 300],
        [1_000, 50],
      ],
      no: [
        [5_300, 100],
        [5_200, 250],
        [5_000, 400],
      ],
    })
  })

  test('nothing of an earlier book is left', () => {
    const book = bookOf(usual)
    expect(book.applySnapshot({ yes: [[100, 1]] })).toBe('applied')
    expect(levelsOf(book)).toEqual({ yes: [[100, 1]], no: [] })
  })

  test.each<{ note: string; levels: BookLevels; yes: boolean; no: boolean }>([
    { note: 'both sides', levels: usual, yes: true, no: true },
    { note: 'an empty side', levels: { yes: [], no: [] }, yes: true, no: true },
    { note: 'an absent side', levels: { no: [[5_000, 1]] }, yes: false, no: true },
    { note: 'a null side', levels: { yes: [[5_000, 1]], no: null }, yes: true, no: false },
    { note: 'neither side', levels: {}, yes: false, no: false },
  ])('what was sent is known after $note', ({ levels, yes, no }) => {
    const book = bookOf(levels)
    expect([book.wasSent('yes'), book.wasSent('no')]).toEqual([yes, no])
  })

  test('a side that was not sent is known from its first delta on', () => {
    const book = bookOf({ yes: [[5_000, 1]] })
    book.applyDelta({ side: 'no', priceE4: 4_000, deltaE2: 100 })
    expect(book.wasSent('no')).toBe(true)
  })

  test.each<{ note: string; bad: Level[]; expected: string }>([
    { note: 'a negative count', bad: [[5_000, -1]], expected: 'negative' },
    { note: 'a price of nothing', bad: [[0, 1]], expected: 'out_of_range' },
    { note: 'a price of a dollar', bad: [[10_000, 1]], expected: 'out_of_range' },
    { note: 'half a unit of price', bad: [[4_999.5, 1]], expected: 'out_of_range' },
    { note: 'half a unit of count', bad: [[5_000, 1.5]], expected: 'out_of_range' },
    { note: 'a price that is no number', bad: [[Number.NaN, 1]], expected: 'out_of_range' },
    { note: 'a count that is no number', bad: [[5_000, Number.NaN]], expected: 'out_of_range' },
    { note: 'a count past every exchange', bad: [[5_000, 2 ** 39]], expected: 'out_of_range' },
    {
      note: 'one price twice',
      bad: [
        [5_000, 1],
        [4_000, 1],
        [5_000, 2],
      ],
      expected: 'duplicate_price',
    },
  ])('one with $note is refused whole, on either side', ({ bad, expected }) => {
    const book = bookOf(usual)
    const before = levelsOf(book)
    expect(book.applySnapshot({ yes: bad, no: [[100, 1]] })).toBe(expected)
    expect(book.applySnapshot({ yes: [[100, 1]], no: bad })).toBe(expected)
    expect(levelsOf(book)).toEqual(before)
  })

  test('the largest count at the highest price is exact', () => {
    const [priceE4, countE2] = [9_999, 2 ** 39 - 1]
    const book = bookOf({ yes: [[priceE4, countE2]] })
    expect(book.bestBid('yes')).toEqual([priceE4, countE2])
    expect(book.applyDelta({ side: 'yes', priceE4, deltaE2: 1 })).toBe('out_of_range')
    expect(book.applyDelta({ side: 'yes', priceE4, deltaE2: 1 - countE2 })).toBe('applied')
    expect(book.bestBid('yes')).toEqual([priceE4, 1])
  })
})

describe('deltas', () => {
  const best = (yes: Level[]) => [...yes, [1_000, 50]]
  test.each([
    {
      note: 'more',
      delta: [4_500, 25],
      outcome: 'applied',
      yes: best([
        [4_500, 225],
        [4_400, 300],
      ]),
    },
    {
      note: 'less',
      delta: [4_500, -199],
      outcome: 'applied',
      yes: best([
        [4_500, 1],
        [4_400, 300],
      ]),
    },
    { note: 'all of it', delta: [4_500, -200], outcome: 'applied', yes: best([[4_400, 300]]) },
    { note: 'more than all of it', delta: [4_500, -201], outcome: 'negative', yes: best([[4_400, 300]]) },
    {
      note: 'a new best level',
      delta: [4_600, 7],
      outcome: 'applied',
      yes: best([
        [4_600, 7],
        [4_500, 200],
        [4_400, 300],
      ]),
    },
    {
      note: 'a level between',
      delta: [4_401, 7],
      outcome: 'applied',
      yes: best([
        [4_500, 200],
        [4_401, 7],
        [4_400, 300],
      ]),
    },
    {
      note: 'a new lowest level',
      delta: [1, 7],
      outcome: 'applied',
      yes: [
        ...best([
          [4_500, 200],
          [4_400, 300],
        ]),
        [1, 7],
      ],
    },
    {
      note: 'nothing where nothing is',
      delta: [4_600, 0],
      outcome: 'applied',
      yes: best([
        [4_500, 200],
        [4_400, 300],
      ]),
    },
    {
      note: 'less where nothing is',
      delta: [4_600, -1],
      outcome: 'negative',
      yes: best([
        [4_500, 200],
        [4_400, 300],
      ]),
    },
  ])('$note: $outcome', ({ delta, outcome, yes }) => {
    const book = bookOf(usual)
    const no = book.topBids('no')
    expect(book.applyDelta({ side: 'yes', priceE4: delta[0]!, deltaE2: delta[1]! })).toBe(outcome)
    expect(levelsOf(book)).toEqual({ yes, no })
  })

  test.each([
    [0, 1],
    [10_000, 1],
    [-100, 1],
    [4_500.5, 1],
    [Number.NaN, 1],
    [4_500, 0.5],
    [4_500, Number.NaN],
    [4_500, Infinity],
    [4_500, 2 ** 39],
    [4_500, -(2 ** 39)],
  ])('price %d, change %d is out of range and changes nothing', (priceE4, deltaE2) => {
    const book = bookOf(usual)
    const before = levelsOf(book)
    expect(book.applyDelta({ side: 'yes', priceE4, deltaE2 })).toBe('out_of_range')
    expect(levelsOf(book)).toEqual(before)
  })
})

describe('the top of the book', () => {
  test('an ask is a dollar less the other side’s bid', () => {
    const book = bookOf(usual)
    expect([book.bestBid('yes'), book.bestAsk('yes')]).toEqual([
      [4_500, 200],
      [4_700, 100],
    ])
    expect([book.bestBid('no'), book.bestAsk('no')]).toEqual([
      [5_300, 100],
      [5_500, 200],
    ])
  })

  test('the spread is one for both sides, the middles add up to a dollar', () => {
    const book = bookOf({ yes: [[4_500, 1]], no: [[5_299, 1]] })
    expect(book.spreadE4).toBe(201)
    expect([book.midE4('yes'), book.midE4('no')]).toEqual([4_600.5, 5_399.5])
  })

  test.each<BookLevels>([{}, { yes: [[4_500, 1]] }])(
    'what takes both sides is not made up for %j',
    (levels) => {
      const book = bookOf(levels)
      expect([book.bestAsk('yes'), book.spreadE4, book.midE4('yes')]).toEqual([
        undefined,
        undefined,
        undefined,
      ])
      expect(book.crossing).toBe('clear')
    },
  )

  test.each([
    { note: 'a tick below a dollar', noE4: 5_499, spreadE4: 1, crossing: 'clear' },
    { note: 'exactly a dollar', noE4: 5_500, spreadE4: 0, crossing: 'locked' },
    { note: 'a tick above a dollar', noE4: 5_501, spreadE4: -1, crossing: 'crossed' },
  ])('bids of $note together are $crossing', ({ noE4, spreadE4, crossing }) => {
    const book = bookOf({ yes: [[4_500, 1]], no: [[noE4, 1]] })
    expect([book.spreadE4, book.crossing]).toEqual([spreadE4, crossing])
  })

  test('at most as many levels as asked for', () => {
    const book = bookOf(usual)
    expect([0, 1, 2, 9].map((count) => book.topBids('no', count).length)).toEqual([0, 1, 2, 3])
    expect(book.levelCount('no')).toBe(3)
  })

  test.each([
    { withinE4: 0, depthE2: 100 },
    { withinE4: 99, depthE2: 100 },
    { withinE4: 100, depthE2: 350 },
    { withinE4: 10_000, depthE2: 750 },
  ])('depth within $withinE4 of the best bid counts both ends', ({ withinE4, depthE2 }) => {
    expect(bookOf(usual).depthE2('no', withinE4)).toBe(depthE2)
    expect(bookOf({}).depthE2('no', withinE4)).toBe(0)
  })
})
