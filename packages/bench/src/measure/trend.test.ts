import { expect, test } from '@jest/globals'
import { slopePerSecond } from './trend.ts'

const values = (...list: readonly number[]) => list.map((value, n) => ({ atMs: 7_000 + n * 500, value }))

test.each([
  { note: 'a steady rise', points: values(10, 12, 14, 16), expected: 4 },
  { note: 'a steady fall', points: values(9, 6, 3), expected: -6 },
  { note: 'ups and downs', points: values(5, 9, 9, 5), expected: 0 },
  { note: 'one moment', points: values(5), expected: 0 },
  { note: 'nothing', points: [], expected: 0 },
])('$note', ({ points, expected }) => {
  expect(slopePerSecond(points)).toBeCloseTo(expected, 9)
})
