import { expect, test } from '@jest/globals'
import { feeE6 as feeOf } from './fees.ts'

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
  expect(feeOf(undefined, { priceE4, countE2, isTaker: true })).toBe(feeE6)
})

const maker = { priceE4: 4_300, countE2: 500, isTaker: false }

test.each([
  { note: 'nobody knows what the series takes', fees: undefined, expected: 0 },
  { note: 'makers pay nothing', fees: { type: 'quadratic', multiplier: 1 }, expected: 0 },
  {
    note: 'makers pay a quarter',
    fees: { type: 'quadratic_with_maker_fees', multiplier: 1 },
    expected: 21_500,
  },
  { note: 'and twice of it', fees: { type: 'quadratic_with_maker_fees', multiplier: 2 }, expected: 42_900 },
  {
    note: 'half for combinations',
    fees: { type: 'quadratic_with_combo_maker_fees', multiplier: 1 },
    expected: 42_900,
  },
  { note: 'the series is free', fees: { type: 'quadratic_with_maker_fees', multiplier: 0 }, expected: 0 },
])('who makes, 5 at 43 ¢: $note', ({ fees, expected }) => {
  expect(feeOf(fees, maker)).toBe(expected)
})

test('who takes pays the multiple of the series, whether or not makers pay', () => {
  const fees = { type: 'quadratic_with_maker_fees', multiplier: 0.5 }
  expect(feeOf(fees, { priceE4: 5_000, countE2: 10_000, isTaker: true })).toBe(875_000)
})
