import { expect, test } from '@jest/globals'
import { OrderBook } from './order-book.ts'
import type { Taker } from './walk.ts'

const book = new OrderBook()
book.applySnapshot({
  yes: [
    [4_500, 200],
    [4_400, 300],
  ],
  no: [
    [5_300, 100],
    [5_200, 250],
    [5_000, 400],
  ],
})

test.each<{
  note: string
  taker: Taker
  fills: number[][]
  leftE2: number
  amountE6: number
  vwapE4: number
}>([
  {
    note: 'a buyer of YES takes NO bids at their complement, cheapest first',
    taker: { action: 'buy', side: 'yes', countE2: 300 },
    fills: [
      [4_700, 100],
      [4_800, 200],
    ],
    leftE2: 0,
    amountE6: 1_430_000,
    vwapE4: 4_766.666_666_666_667,
  },
  {
    note: 'a buyer of NO takes YES bids',
    taker: { action: 'buy', side: 'no', countE2: 200 },
    fills: [[5_500, 200]],
    leftE2: 0,
    amountE6: 1_100_000,
    vwapE4: 5_500,
  },
  {
    note: 'a seller of YES hits YES bids, dearest first',
    taker: { action: 'sell', side: 'yes', countE2: 250 },
    fills: [
      [4_500, 200],
      [4_400, 50],
    ],
    leftE2: 0,
    amountE6: 1_120_000,
    vwapE4: 4_480,
  },
  {
    note: 'a book that is too thin leaves a rest',
    taker: { action: 'sell', side: 'yes', countE2: 700 },
    fills: [
      [4_500, 200],
      [4_400, 300],
    ],
    leftE2: 200,
    amountE6: 2_220_000,
    vwapE4: 4_440,
  },
  {
    note: 'a buyer’s limit is the most it pays, itself included',
    taker: { action: 'buy', side: 'yes', countE2: 1_000, limitE4: 4_800 },
    fills: [
      [4_700, 100],
      [4_800, 250],
    ],
    leftE2: 650,
    amountE6: 1_670_000,
    vwapE4: 4_771.428_571_428_572,
  },
  {
    note: 'a seller’s limit is the least it takes, itself included',
    taker: { action: 'sell', side: 'yes', countE2: 400, limitE4: 4_500 },
    fills: [[4_500, 200]],
    leftE2: 200,
    amountE6: 900_000,
    vwapE4: 4_500,
  },
])('$note', ({ taker, fills, leftE2, amountE6, vwapE4 }) => {
  const walk = book.walk(taker)
  expect(walk).toMatchObject({ fills, leftE2, amountE6, filledE2: taker.countE2 - leftE2 })
  expect(walk.vwapE4).toBeCloseTo(vwapE4, 6)
})

test.each<{ note: string; taker: Taker; leftE2: number }>([
  {
    note: 'a limit that nobody offers',
    taker: { action: 'buy', side: 'yes', countE2: 5, limitE4: 4_699 },
    leftE2: 5,
  },
  {
    note: 'a limit that is no number',
    taker: { action: 'buy', side: 'yes', countE2: 5, limitE4: Number.NaN },
    leftE2: 5,
  },
  { note: 'no contracts', taker: { action: 'buy', side: 'yes', countE2: 0 }, leftE2: 0 },
  { note: 'less than no contracts', taker: { action: 'sell', side: 'no', countE2: -5 }, leftE2: 0 },
  { note: 'a part of the smallest count', taker: { action: 'sell', side: 'no', countE2: 1.5 }, leftE2: 0 },
  {
    note: 'a count that is no number',
    taker: { action: 'sell', side: 'no', countE2: Number.NaN },
    leftE2: 0,
  },
])('$note fills nothing and has no price', ({ taker, leftE2 }) => {
  expect(book.walk(taker)).toEqual({ fills: [], filledE2: 0, leftE2, amountE6: 0, vwapE4: undefined })
})

test('looking changes nothing', () => {
  const taker: Taker = { action: 'buy', side: 'yes', countE2: 500 }
  const first = book.walk(taker)
  expect(book.walk(taker)).toEqual(first)
})
