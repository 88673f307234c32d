import { describe, expect, test } from '@jest/globals'
import { Pacer } from './pacer.ts'
import { Random } from './random.ts'

function run(rate: number, seconds: number): number[] {
  const pacer = new Pacer(rate, new Random(3), 0)
  const perSecond = Array.from({ length: seconds }, () => 0)
  for (let nowMs = 10; nowMs < seconds * 1_000; nowMs += 10) {
    while (pacer.due(nowMs)) {
      pacer.printed(1)
      perSecond[Math.floor(nowMs / 1_000)]! += 1
    }
  }
  return perSecond
}

describe('pacer', () => {
  test.each([
    [5, 4_000],
    [50, 4_000],
    [5_000, 200],
  ])('keeps a mean of %p trades a second', (rate, seconds) => {
    const perSecond = run(rate, seconds)
    const mean = perSecond.reduce((sum, count) => sum + count, 0) / perSecond.length
    expect(Math.abs(mean / rate - 1)).toBeLessThan(0.05)
  })

  test('has bursts, which shrink when the rate is a load', () => {
    expect(Math.max(...run(50, 300))).toBeGreaterThan(120)
    expect(Math.max(...run(5_000, 300))).toBeLessThan(6_200)
  })

  test('forgives what a stalled process did not print', () => {
    const pacer = new Pacer(100, new Random(3), 0)
    let printed = 0
    while (pacer.due(60_000)) {
      pacer.printed(1)
      printed += 1
    }
    expect(printed).toBeLessThan(100)
  })
})
