import { describe, expect, test } from '@jest/globals'
import { samplePosition } from '@whalecast/events/testing'
import { makeBook } from '../../testing/books.ts'
import { epochMs } from '../../testing/beats.ts'
import { markPosition } from './mark.ts'

const book = makeBook('KX-a', {
  yes: [
    [60, 3],
    [59.5, 10],
  ],
  no: [
    [38, 2],
    [30, 1],
  ],
})
const mark = (positionE2: number, told = book, nowMs = epochMs) =>
  markPosition(samplePosition('KX-a', { position_e2: positionE2 }), told, nowMs)

describe('a position is worth what the bids of its side pay', () => {
  test.each([
    { note: 'the best bid takes it', positionE2: 300, expected: { valueE6: 1.8e6, bid: 60, ask: 62 } },
    { note: 'two levels take it', positionE2: 500, expected: { valueE6: 1.8e6 + 1.19e6, bid: 60, ask: 62 } },
    { note: 'a part of a contract', positionE2: 50, expected: { valueE6: 0.3e6, bid: 60, ask: 62 } },
    { note: 'NO', positionE2: -200, expected: { valueE6: 0.76e6, bid: 38, ask: 40 } },
    {
      note: 'more than is bid: the rest brings nothing',
      positionE2: -1_000,
      expected: { valueE6: 1.06e6, bid: 38, ask: 40 },
    },
  ])('$note', ({ positionE2, expected }) => {
    expect(mark(positionE2)).toEqual(expected)
  })

  test('nobody bids: nothing', () => {
    expect(mark(500, makeBook('KX-a', { no: [[38, 1]] }))).toEqual({ valueE6: 0, bid: null, ask: 62 })
  })
})

test.each([
  { note: 'no book', told: undefined, nowMs: epochMs },
  { note: 'a stale book', told: { ...book, state: 'stale' as const }, nowMs: epochMs },
  { note: 'a book that nobody keeps', told: book, nowMs: epochMs + 15_001 },
])('$note: no mark', ({ told, nowMs }) => {
  expect(markPosition(samplePosition('KX-a'), told, nowMs)).toBeUndefined()
})
