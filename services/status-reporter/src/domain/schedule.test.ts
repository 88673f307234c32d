import { describe, expect, test } from '@jest/globals'
import { Schedule } from './schedule.ts'

const dueTimes = (times: readonly number[]) => {
  const schedule = new Schedule()
  return times.filter((time) => schedule.onTick(time))
}

describe('the period', () => {
  test('at once, then every ten seconds', () => {
    const everySecond = Array.from({ length: 61 }, (_, second) => second * 1_000)
    expect(dueTimes(everySecond)).toEqual([0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000])
  })

  test('ticks that are a little late do not make it drift', () => {
    const late = Array.from({ length: 41 }, (_, second) => second * 1_000 + (second % 3) * 40)
    expect(dueTimes(late)).toEqual([0, 10_040, 20_080, 30_000, 40_040])
  })

  test('what was missed is skipped, not caught up', () => {
    expect(dueTimes([0, 34_000, 35_000, 39_999, 40_000])).toEqual([0, 34_000, 40_000])
  })
})

test('a state is another phase than the one reported last, or none before the first report', () => {
  const schedule = new Schedule()
  expect(schedule.onPhase('ready')).toBe(false)
  schedule.reported('unknown')
  expect(schedule.onPhase('ready')).toBe(true)
  schedule.reported('ready')
  expect(schedule.onPhase('ready')).toBe(false)
  expect(schedule.onPhase('error')).toBe(true)
})
