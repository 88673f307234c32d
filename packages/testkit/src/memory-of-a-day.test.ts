import { expect, test } from '@jest/globals'
import { memoryOfADay } from './memory-of-a-day.ts'

test('what is kept for ever shows, however little it is', () => {
  const kept: number[][] = []
  const grew = memoryOfADay((second) => {
    if (second % 60 === 0) kept.push(Array.from({ length: 100 }, () => second))
  })
  expect(kept.length).toBeGreaterThan(1_000)
  // Sixty lists of a hundred places of eight bytes.
  expect(grew).toBeGreaterThan(40_000)
})

test('what is forgotten does not', () => {
  const window: number[][] = []
  const grew = memoryOfADay((second) => {
    window.push(Array.from({ length: 100 }, () => second))
    if (window.length > 1_000) window.shift()
  })
  expect(Math.abs(grew)).toBeLessThan(30_000)
})
