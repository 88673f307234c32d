import { describe, expect, test } from '@jest/globals'
import { highestHeld } from './search.ts'

async function searchFor(limit: number) {
  const tried: number[] = []
  const found = await highestHeld({
    start: 10_000,
    factor: 1.5,
    resolution: 0.05,
    floor: 100,
    ceiling: 200_000,
    holds: async (rate) => {
      tried.push(rate)
      return rate <= limit
    },
  })
  return { found, tried }
}

describe('the search for the highest rate', () => {
  test.each([12_345, 34_100, 10_000, 3_333, 777, 199_000, 150.5])(
    'ends within its resolution below %d, and has seen a rate fail there',
    async (limit) => {
      const { found, tried } = await searchFor(limit)
      expect(found).toBeLessThanOrEqual(limit)
      expect(found).toBeGreaterThanOrEqual(limit / 1.06)
      expect(Math.min(...tried.filter((rate) => rate > limit))).toBeLessThanOrEqual(found * 1.06)
      expect(tried.length).toBeLessThan(20)
    },
  )

  test('never tries a rate twice', async () => {
    const { tried } = await searchFor(45_678)
    expect(new Set(tried).size).toBe(tried.length)
  })

  test('ends at the ceiling', async () => {
    expect((await searchFor(1_000_000)).found).toBe(200_000)
  })

  test('finds nothing where not even the floor is held', async () => {
    expect((await searchFor(50)).found).toBe(0)
  })
})
