import { describe, expect, test } from '@jest/globals'
import { parseDecimal } from './decimal.ts'

describe('parseDecimal', () => {
  test.each([
    { value: '0.5500', digits: 4, expected: 5_500 },
    { value: '0.960', digits: 4, expected: 9_600 },
    { value: '1', digits: 4, expected: 10_000 },
    { value: '1.0000', digits: 4, expected: 10_000 },
    { value: '0.0001', digits: 4, expected: 1 },
    { value: '0.017500', digits: 4, expected: 175 },
    { value: '136.00', digits: 2, expected: 13_600 },
    { value: '0.01', digits: 2, expected: 1 },
    { value: '-54.00', digits: 2, expected: -5_400 },
    { value: '-0.00', digits: 2, expected: 0 },
    { value: '007.50', digits: 2, expected: 750 },
    { value: 55, digits: 2, expected: 5_500 },
    { value: 0.57, digits: 4, expected: 5_700 },
    { value: -12, digits: 2, expected: -1_200 },
    // Where a float would be off: 1.005 × 100, 0.29 × 100, 4.35 × 100, 8.41 × 10⁴.
    { value: '1.005', digits: 3, expected: 1_005 },
    { value: '0.29', digits: 2, expected: 29 },
    { value: '4.35', digits: 2, expected: 435 },
    { value: '8.41', digits: 4, expected: 84_100 },
    { value: '90071992547409.91', digits: 2, expected: Number.MAX_SAFE_INTEGER },
  ])('$value with $digits digits is $expected', ({ value, digits, expected }) => {
    expect(parseDecimal(value, digits)).toBe(expected)
  })

  test.each([
    { note: 'finer than the unit', value: '0.55001' },
    { note: 'empty', value: '' },
    { note: 'only a sign', value: '-' },
    { note: 'only a dot', value: '.' },
    { note: 'no whole part', value: '.5' },
    { note: 'no fraction behind the dot', value: '5.' },
    { note: 'two dots', value: '1.2.3' },
    { note: 'a plus', value: '+1' },
    { note: 'spaces', value: ' 1 ' },
    { note: 'exponent', value: '1e2' },
    { note: 'hexadecimal', value: '0x10' },
    { note: 'separators', value: '1,000' },
    { note: 'a word', value: 'NaN' },
    { note: 'beyond 2^53', value: '900719925474.0993' },
    { note: 'endless', value: '0.'.padEnd(30, '0') },
    { note: 'not a number', value: Number.NaN },
    { note: 'infinite', value: Number.POSITIVE_INFINITY },
    { note: 'a tiny number', value: 1e-7 },
    { note: 'a huge number', value: 1e21 },
    { note: 'null', value: null },
    { note: 'missing', value: undefined },
    { note: 'a truth', value: true },
    { note: 'a list', value: ['1'] },
  ])('$note is no decimal', ({ value }) => {
    expect(parseDecimal(value, 4)).toBeNaN()
  })

  test('every price and every small count survives the way through text', () => {
    for (let price = 0; price <= 10_000; price += 1) {
      expect(parseDecimal((price / 10_000).toFixed(4), 4)).toBe(price)
    }
    for (let count = 1; count < 30_000; count += 7) {
      expect(parseDecimal((count / 100).toFixed(2), 2)).toBe(count)
    }
  })
})
