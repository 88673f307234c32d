import { describe, expect, test } from '@jest/globals'
import { sizeE2 } from './trade-sizes.ts'

describe('sizes of prints', () => {
  const samples = 100_000
  const sizes = Array.from({ length: samples }, (_, n) => sizeE2((n + 0.5) / samples))
  const shareOf = (contracts: number) => sizes.filter((size) => size >= contracts * 100).length / samples

  test.each([
    { note: 'the whale queue takes a third', contracts: 100, from: 0.29, to: 0.31 },
    { note: 'one in 700 is a whale event', contracts: 10_000, from: 0.0013, to: 0.0015 },
    { note: 'none is empty', contracts: 0.01, from: 1, to: 1 },
  ])('$note', ({ contracts, from, to }) => {
    expect(shareOf(contracts)).toBeGreaterThanOrEqual(from)
    expect(shareOf(contracts)).toBeLessThanOrEqual(to)
  })

  test('grow with the quantile, to the largest print there was', () => {
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
    expect(sizeE2(1)).toBe(50_000_000)
  })
})
