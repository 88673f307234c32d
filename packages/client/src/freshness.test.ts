import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { Freshness, type Staleness } from './freshness.ts'

beforeEach(() => {
  jest.useFakeTimers({ now: 0 })
})
afterEach(() => {
  jest.useRealTimers()
})

const openFreshness = () => {
  const told: Staleness[] = []
  return { told, freshness: new Freshness({ now: Date.now, tell: (change) => told.push(change) }) }
}

test('data that gets too old is told once, and again when newer data has come', () => {
  const { told, freshness } = openFreshness()
  freshness.watch('book:A', 10_000)
  jest.advanceTimersByTime(4_000)
  freshness.heard('book:A', 4_000)
  jest.advanceTimersByTime(9_999)
  expect(told).toEqual([])
  jest.advanceTimersByTime(100_000)
  expect(told).toEqual([{ channel: 'book:A', stale: true, ageMs: 10_000 }])
  freshness.heard('book:A', Date.now() - 300)
  expect(told.slice(1)).toEqual([{ channel: 'book:A', stale: false, ageMs: 300 }])
  jest.advanceTimersByTime(9_700)
  expect(told).toHaveLength(3)
  freshness.stop()
})

test('data that is old when it comes is not fresh, and a clock ahead makes nothing fresher than now', () => {
  const { told, freshness } = openFreshness()
  freshness.watch('ticker:A', 1_000)
  freshness.heard('ticker:A', -900)
  jest.advanceTimersByTime(100)
  expect(told).toEqual([{ channel: 'ticker:A', stale: true, ageMs: 1_000 }])
  freshness.heard('ticker:A', Date.now() - 1_000)
  expect(told).toHaveLength(1)
  freshness.heard('ticker:A', Date.now() + 60_000)
  expect(told).toHaveLength(2)
  jest.advanceTimersByTime(1_000)
  expect(told.at(-1)).toEqual({ channel: 'ticker:A', stale: true, ageMs: 1_000 })
  freshness.stop()
})

test('each channel has its own limit; one timer serves all, however much is heard', () => {
  const { told, freshness } = openFreshness()
  for (let market = 0; market < 200; market += 1) freshness.watch(`book:${market}`, 10_000 + market)
  freshness.watch(null, 5_000)
  for (let frame = 0; frame < 10_000; frame += 1) freshness.heard(`book:${frame % 200}`, Date.now())
  expect(jest.getTimerCount()).toBe(1)
  jest.advanceTimersByTime(10_099)
  expect(told).toHaveLength(101)
  expect(told[0]).toEqual({ channel: null, stale: true, ageMs: 5_000 })
  freshness.forget('book:150')
  jest.advanceTimersByTime(10_000)
  expect(told).toHaveLength(200)
  freshness.stop()
  expect(jest.getTimerCount()).toBe(0)
})
