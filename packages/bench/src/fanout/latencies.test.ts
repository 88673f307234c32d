import { describe, expect, test } from '@jest/globals'
import { Latencies } from './latencies.ts'

describe('latencies', () => {
  test('of nothing have no quantile', () => {
    expect(new Latencies().quantileMs(0.5)).toBeUndefined()
  })

  test.each([0, 1, 31, 32, 33, 63, 64, 1_000, 49_999, 50_001, 1_234_567, 59_000_000])(
    'a duration of %p µs is told at most a 32nd too high, and never too low',
    (micros) => {
      const latencies = new Latencies()
      latencies.add(micros)
      const told = (latencies.quantileMs(0.99) ?? 0) * 1_000
      expect(told).toBeGreaterThan(micros)
      expect(told).toBeLessThanOrEqual(micros * (1 + 1 / 32) + 1)
    },
  )

  test('quantiles lie where the counts say', () => {
    const latencies = new Latencies()
    for (let n = 0; n < 98; n += 1) latencies.add(1_000)
    latencies.add(8_000)
    latencies.add(20_000)
    expect(latencies.quantileMs(0.98)).toBeLessThan(1.04)
    expect(latencies.quantileMs(0.99)).toBeGreaterThan(8)
    expect(latencies.quantileMs(0.99)).toBeLessThan(8.3)
    expect(latencies.quantileMs(1)).toBeGreaterThan(20)
  })

  test('strange durations are counted at the ends', () => {
    const latencies = new Latencies()
    latencies.add(-5)
    latencies.add(1e12)
    expect(latencies.count).toBe(2)
    expect(latencies.quantileMs(0.5)).toBe(0.001)
    latencies.clear()
    expect(latencies.count).toBe(0)
  })
})
