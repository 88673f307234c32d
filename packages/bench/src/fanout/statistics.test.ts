import { describe, expect, test } from '@jest/globals'
import { pairedRatios, spreadOf } from './statistics.ts'

describe('spread', () => {
  test.each([
    { note: 'odd', values: [9, 1, 5], expected: { median: 5, min: 1, max: 9, count: 3 } },
    { note: 'even', values: [4, 1, 2, 10], expected: { median: 3, min: 1, max: 10, count: 4 } },
    { note: 'one', values: [7], expected: { median: 7, min: 7, max: 7, count: 1 } },
    { note: 'none', values: [], expected: undefined },
  ])('$note', ({ values, expected }) => {
    expect(spreadOf(values)).toEqual(expected)
  })
})

test('ratios are those of rounds in which both were measured', () => {
  const ours = new Map([
    [1, 10],
    [2, 30],
    [3, 5],
  ])
  const theirs = new Map([
    [1, 5],
    [2, 10],
    [4, 1],
  ])
  expect(pairedRatios(ours, theirs)).toEqual([2, 3])
  expect(pairedRatios(ours, new Map([[1, 0]]))).toEqual([])
})
