import { describe, expect, test } from '@jest/globals'
import { Backoff } from './backoff.ts'

const take = (backoff: Backoff, count: number) => Array.from({ length: count }, () => backoff.next())

describe('Backoff', () => {
  test.each([
    {
      note: 'no luck at all: the ceilings 1, 2, 4 … 60 s, just not reached',
      random: 1 - Number.EPSILON,
      expected: [0, 999, 1_999, 3_999, 7_999, 15_999, 31_999, 59_999, 59_999],
    },
    {
      note: 'half way: full jitter goes down to nothing, so the middle is half the ceiling',
      random: 0.5,
      expected: [0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
    },
    { note: 'all the luck: at once', random: 0, expected: [0, 0, 0, 0, 0] },
  ])('$note', ({ random, expected }) => {
    expect(take(new Backoff({ random: () => random }), expected.length)).toEqual(expected)
  })

  test('never gives up and never leaves the cap, however long it takes', () => {
    const backoff = new Backoff({ random: () => 0.5 })
    const delays = take(backoff, 5_000)
    expect(Math.max(...delays)).toBe(30_000)
    expect(delays.at(-1)).toBe(30_000)
  })

  test.each([
    { note: 'a connection that stood for 30 s', openMs: 30_000, expected: 0 },
    { note: 'one that fell a moment earlier', openMs: 29_999, expected: 2_000 },
    { note: 'one that fell at once', openMs: 0, expected: 2_000 },
  ])('$note decides whether the ladder starts anew', ({ openMs, expected }) => {
    const backoff = new Backoff({ random: () => 0.5 })
    take(backoff, 3)
    backoff.onClosed(openMs)
    expect(backoff.next()).toBe(expected)
  })

  test('decorrelated jitter: the first below the base, then between the base and three times the last', () => {
    const luck = [0.5, 0, 1 - Number.EPSILON, 0.5, 1 - Number.EPSILON, 1 - Number.EPSILON, 0]
    const backoff = new Backoff({
      baseMs: 500,
      capMs: 10_000,
      jitter: 'decorrelated',
      random: () => luck.shift() ?? 0,
    })
    expect(take(backoff, 7)).toEqual([250, 500, 1_499, 2_498, 7_493, 9_999, 500])
  })

  test('clients that fell together with decorrelated jitter come back spread over the time', () => {
    const arrivals = Array.from({ length: 1_000 }, () =>
      new Backoff({ baseMs: 1_000, jitter: 'decorrelated' }).next(),
    )
    const perTenth = Array.from(
      { length: 10 },
      (_, tenth) => arrivals.filter((ms) => Math.floor(ms / 100) === tenth).length,
    )
    // 100 each on average; 160 in one would be six standard deviations away.
    expect(Math.max(...perTenth)).toBeLessThan(160)
  })
})
