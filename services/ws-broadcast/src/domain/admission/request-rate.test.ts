import { expect, test } from '@jest/globals'
import { RequestRate } from './request-rate.ts'

test('an address may make four seconds’ requests at once, then so many a second; others do not feel it', () => {
  const rate = new RequestRate(10)
  const taken = (address: string | undefined, nowMs: number) =>
    Array.from({ length: 100 }, () => rate.take(address, nowMs)).filter(Boolean).length
  expect([taken('a', 0), taken('a', 0), taken('a', 1_000)]).toEqual([40, 0, 10])
  expect([taken('b', 1_000), taken(undefined, 1_000)]).toEqual([40, 100])
  rate.tick(4_999)
  expect(rate.addresses).toBe(2)
  rate.tick(5_000)
  expect(rate.addresses).toBe(0)
})
