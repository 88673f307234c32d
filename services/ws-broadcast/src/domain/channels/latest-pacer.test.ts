import { expect, test } from '@jest/globals'
import { LatestPacer } from './latest-pacer.ts'

test('50 values in 100 ms: the first at once, the last when the interval is over, 48 overtaken', () => {
  const pacer = new LatestPacer<number>(100)
  const outcomes = Array.from({ length: 50 }, (_, at) => pacer.offer('whale_queue', at, at * 2))
  expect(outcomes.filter((outcome) => outcome === 'now')).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome === 'conflated')).toHaveLength(48)
  expect(pacer.dueInMs('whale_queue', 98)).toBe(2)
  expect(pacer.take('whale_queue', 100)).toBe(49)
  expect(pacer.take('whale_queue', 100)).toBeUndefined()
})

test('after a pause a value goes at once', () => {
  const pacer = new LatestPacer<number>(100)
  pacer.offer('status', 1, 0)
  expect(pacer.offer('status', 2, 100)).toBe('now')
})

test('a value that was taken late opens a new interval', () => {
  const pacer = new LatestPacer<number>(100)
  pacer.offer('status', 1, 0)
  pacer.offer('status', 2, 10)
  pacer.take('status', 150)
  expect(pacer.offer('status', 3, 200)).toBe('waits')
  expect(pacer.dueInMs('status', 200)).toBe(50)
})

test('keys do not wait for one another, and a dropped key forgets', () => {
  const pacer = new LatestPacer<number>(100)
  pacer.offer('status', 1, 0)
  pacer.offer('status', 2, 1)
  expect(pacer.offer('health', 1, 1)).toBe('now')
  pacer.drop('status')
  expect(pacer.take('status', 100)).toBeUndefined()
  expect(pacer.offer('status', 3, 2)).toBe('now')
})
