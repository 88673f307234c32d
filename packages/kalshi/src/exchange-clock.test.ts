import { expect, test } from '@jest/globals'
import { ExchangeClock } from './exchange-clock.ts'

test('the clock follows what the exchange says, and only that', () => {
  let nowMs = 1_788_000_000_000
  const clock = new ExchangeClock(() => nowMs)
  expect(clock.now()).toBe(nowMs)
  expect([clock.learn(undefined), clock.learn('soon'), clock.offsetMs]).toEqual([false, false, 0])
  expect(clock.learn(new Date(nowMs + 60_000).toUTCString())).toBe(true)
  expect(clock.offsetMs).toBe(60_500)
  nowMs += 1_000
  expect(clock.now()).toBe(nowMs + 60_500)
})
