import { expect, test } from '@jest/globals'
import { takerFeeE6 } from './fees.ts'

test.each([
  { note: 'one contract at 52 ¢, as the exchange charged it', priceE4: 5_200, countE2: 100, feeE6: 17_500 },
  { note: 'one contract at 50 ¢, exactly', priceE4: 5_000, countE2: 100, feeE6: 17_500 },
  { note: 'a hundred at 50 ¢', priceE4: 5_000, countE2: 10_000, feeE6: 1_750_000 },
  { note: 'the low end', priceE4: 100, countE2: 10_000, feeE6: 69_300 },
  { note: 'the high end costs the same', priceE4: 9_900, countE2: 10_000, feeE6: 69_300 },
  { note: 'the least there is, up to 1e-4 dollars', priceE4: 100, countE2: 1, feeE6: 100 },
  { note: 'a price between cents', priceE4: 1_234, countE2: 700, feeE6: 53_100 },
  { note: 'beyond what a double holds', priceE4: 4_999, countE2: 99_999_999, feeE6: 17_499_999_200 },
])('$note', ({ priceE4, countE2, feeE6 }) => {
  expect(takerFeeE6(priceE4, countE2)).toBe(feeE6)
})
