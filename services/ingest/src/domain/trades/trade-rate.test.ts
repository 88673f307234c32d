import { expect, test } from '@jest/globals'
import { TradeRate } from './trade-rate.ts'

test('counts the last ten full seconds and forgets what is older', () => {
  const rate = new TradeRate()
  const start = 1_700_000_000_000
  for (let ms = 0; ms < 20_000; ms += 20) rate.add(start + ms)
  expect(rate.perSecond(start + 20_000)).toBe(50)
  expect(rate.perSecond(start + 25_000)).toBe(25)
  expect(rate.perSecond(start + 40_000)).toBe(0)
})

test('the second that is running does not count yet', () => {
  const rate = new TradeRate()
  rate.add(1_700_000_000_500)
  expect(rate.perSecond(1_700_000_000_900)).toBe(0)
  expect(rate.perSecond(1_700_000_001_100)).toBe(0.1)
})
