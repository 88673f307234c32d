import { describe, expect, test } from '@jest/globals'
import { TokenBucket } from './token-bucket.ts'

describe('three a minute', () => {
  test('three at once, the fourth after twenty seconds', () => {
    const bucket = new TokenBucket(3, 0)
    expect([1, 2, 3, 4].map(() => bucket.take(5_000))).toEqual([true, true, true, false])
    expect(bucket.take(24_999)).toBe(false)
    expect(bucket.take(25_000)).toBe(true)
    expect(bucket.take(25_000)).toBe(false)
  })

  test.each([
    { afterMs: 0, tokens: 0 },
    { afterMs: 19_999, tokens: 0 },
    { afterMs: 20_000, tokens: 1 },
    { afterMs: 59_999, tokens: 2 },
    { afterMs: 60_000, tokens: 3 },
    { afterMs: 600_000, tokens: 3 },
    { afterMs: -5_000, tokens: 0 },
  ])('$afterMs ms after all were taken: $tokens', ({ afterMs, tokens }) => {
    const bucket = new TokenBucket(3, 0)
    for (let take = 0; take < 3; take += 1) bucket.take(0)
    expect(bucket.tokens(afterMs)).toBe(tokens)
  })

  test('what was gained towards a token is kept when another is taken', () => {
    const bucket = new TokenBucket(3, 0)
    for (let take = 0; take < 3; take += 1) bucket.take(0)
    expect(bucket.take(30_000)).toBe(true)
    expect(bucket.take(40_000)).toBe(true)
    expect(bucket.take(59_999)).toBe(false)
  })
})

test('one setting gives capacity and refill', () => {
  expect(new TokenBucket(10, 0)).toMatchObject({ capacity: 10, refillMs: 6_000 })
})
