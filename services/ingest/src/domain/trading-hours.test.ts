import { expect, test } from '@jest/globals'
import { isWeeklyPause } from './trading-hours.ts'

test.each([
  { note: 'winter, one ms before', at: '2026-11-26T07:59:59.999Z', expected: false },
  { note: 'winter, from 03:00', at: '2026-11-26T08:00:00.000Z', expected: true },
  { note: 'winter, until 05:00', at: '2026-11-26T09:59:59.999Z', expected: true },
  { note: 'winter, 05:00', at: '2026-11-26T10:00:00.000Z', expected: false },
  { note: 'summer, from 03:00', at: '2026-07-16T07:00:00.000Z', expected: true },
  { note: 'summer, 05:00', at: '2026-07-16T09:00:00.000Z', expected: false },
  { note: 'the same hours on a Wednesday', at: '2026-11-25T08:30:00.000Z', expected: false },
  { note: 'Thursday in London, Wednesday in New York', at: '2026-11-26T03:30:00.000Z', expected: false },
])('$note', ({ at, expected }) => {
  expect(isWeeklyPause(Date.parse(at))).toBe(expected)
})
