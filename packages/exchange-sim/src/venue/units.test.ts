import { describe, expect, test } from '@jest/globals'
import { formatCount, formatInstant, formatPrice, formatSecond, parseCount, parsePrice } from './units.ts'

describe('units', () => {
  test('every price and count survives being written and read', () => {
    const prices = Array.from({ length: 10_001 }, (_, priceE4) => priceE4)
    expect(prices.filter((price) => parsePrice(formatPrice(price)) !== price)).toEqual([])
    const counts = [1, 29, 100, 101, 1_999_999, 50_000_000_01, -7]
    expect(counts.map((count) => parseCount(formatCount(count)))).toEqual(counts)
  })

  test.each([
    ['0.29', 2_900],
    [0.29, 2_900],
    ['1', 10_000],
    ['0.50000', 5_000],
    ['0.00001', undefined],
    ['', undefined],
    ['.5', undefined],
    ['1e-1', undefined],
    [Number.NaN, undefined],
    [null, undefined],
  ])('price %p is %p', (value, expected) => {
    expect(parsePrice(value)).toBe(expected)
  })

  test('instants are written as the exchange writes them', () => {
    const ms = Date.UTC(2026, 10, 9, 17, 45, 1, 23)
    expect([formatInstant(ms), formatSecond(ms)]).toEqual([
      '2026-11-09T17:45:01.023000Z',
      '2026-11-09T17:45:01Z',
    ])
  })
})
