import { describe, expect, test } from '@jest/globals'
import { type FeeSchedule, rawFeeE16, type Role, roundedFeeE6 } from './fees.ts'

type Fill = [fees: FeeSchedule, role: Role, priceE4: number, countE2: number]

const feeOf = ([fees, role, priceE4, countE2]: Fill) =>
  roundedFeeE6(rawFeeE16(fees, role, { priceE4, countE2 }))

const quadratic: FeeSchedule = { type: 'quadratic', multiplier: 1 }
const withMakers: FeeSchedule = { type: 'quadratic_with_maker_fees', multiplier: 1 }

describe('fees, in 1e-6 dollars', () => {
  test.each<[note: string, fill: Fill, expected: number]>([
    ['recorded: one contract at 52 cents', [quadratic, 'taker', 5_200, 100], 17_500],
    ['at 50 cents nothing is left to round', [quadratic, 'taker', 5_000, 100], 17_500],
    ['the complement costs the same', [quadratic, 'taker', 4_800, 100], 17_500],
    ['a hundred contracts round once', [quadratic, 'taker', 5_200, 10_000], 1_747_200],
    ['the smallest count at the lowest price rounds up', [quadratic, 'taker', 10, 1], 100],
    ['a million contracts stay exact', [quadratic, 'taker', 5_100, 100_000_000], 17_493_000_000],
    ['makers pay nothing by default', [quadratic, 'maker', 5_200, 100], 0],
    ['makers pay a quarter where they pay', [withMakers, 'maker', 5_200, 100], 4_400],
    ['takers pay the same there', [withMakers, 'taker', 5_200, 100], 17_500],
    ['a multiplier of nothing is free', [{ ...quadratic, multiplier: 0 }, 'taker', 5_000, 100], 0],
    ['half the multiplier is half the fee', [{ ...quadratic, multiplier: 0.5 }, 'taker', 5_000, 100], 8_800],
  ])('%s', (_note, fill, expected) => {
    expect(feeOf(fill)).toBe(expected)
  })
})
