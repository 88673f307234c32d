import { describe, expect, test } from '@jest/globals'
import type { Order } from './order.ts'
import { OrderBook } from './order-book.ts'
import type { Outcome } from './outcome.ts'

function bookOf(...orders: [id: number, side: Outcome, priceE4: number, countE2: number][]): OrderBook {
  const book = new OrderBook()
  for (const [id, side, priceE4, countE2] of orders) book.rest(order(id, side, { priceE4, countE2 }))
  return book
}

function order(id: number, side: Outcome, amounts: { priceE4: number; countE2: number }): Order {
  return { id, side, maker: false, ...amounts }
}

const fillsOf = (book: OrderBook, taker: [side: Outcome, limitE4: number, countE2: number]) =>
  book.match(...taker).map(({ maker, countE2, yesPriceE4 }) => [maker.id, countE2, yesPriceE4])

describe('order book', () => {
  test.each([
    {
      note: 'a YES taker takes NO bids from the best on, at their prices',
      resting: [
        [1, 'no', 4_000, 500],
        [2, 'no', 4_200, 300],
        [3, 'no', 4_100, 200],
      ],
      taker: ['yes', 6_000, 900],
      fills: [
        [2, 300, 5_800],
        [3, 200, 5_900],
        [1, 400, 6_000],
      ],
    },
    {
      note: 'a NO taker takes YES bids',
      resting: [[1, 'yes', 6_000, 500]],
      taker: ['no', 4_000, 200],
      fills: [[1, 200, 6_000]],
    },
    {
      note: 'at one price the first to come is the first to trade',
      resting: [
        [1, 'yes', 5_000, 100],
        [2, 'yes', 5_000, 100],
      ],
      taker: ['no', 5_000, 150],
      fills: [
        [1, 100, 5_000],
        [2, 50, 5_000],
      ],
    },
    {
      note: 'nothing trades past the limit',
      resting: [[1, 'no', 4_000, 500]],
      taker: ['yes', 5_999, 100],
      fills: [],
    },
    {
      note: 'bids for the same outcome do not meet',
      resting: [[1, 'yes', 9_000, 500]],
      taker: ['yes', 9_900, 100],
      fills: [],
    },
  ] as const)('$note', ({ resting, taker, fills }) => {
    const book = bookOf(...resting.map(([...row]) => row))
    expect(fillsOf(book, [...taker])).toEqual(fills)
  })

  test('levels add up what rests, ascending, and are gone with their last order', () => {
    const book = bookOf([1, 'yes', 5_000, 100], [2, 'yes', 5_000, 50], [3, 'yes', 4_900, 10])
    expect(book.levels('yes')).toEqual([
      [4_900, 10],
      [5_000, 150],
    ])
    book.match('no', 5_000, 120)
    expect(book.bestBid('yes')).toEqual({ priceE4: 5_000, countE2: 30 })
    expect(book.cancel(2)).toMatchObject({ id: 2, countE2: 30 })
    expect(book.levels('yes')).toEqual([[4_900, 10]])
    expect(book.cancel(2)).toBeUndefined()
    expect(book.bestBid('no')).toBeUndefined()
  })

  test('a mirrored level shrinks from its oldest order and never below nothing', () => {
    const book = bookOf([1, 'no', 3_000, 100], [2, 'no', 3_000, 100])
    book.reduceLevel('no', 3_000, 150)
    expect(book.levels('no')).toEqual([[3_000, 50]])
    expect(book.bidsFrom('no', 0).map(({ id }) => id)).toEqual([2])
    book.reduceLevel('no', 3_000, 500)
    expect([book.levels('no'), book.orders]).toEqual([[], 0])
  })
})
