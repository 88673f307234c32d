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
})
