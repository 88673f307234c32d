import { describe, expect, test } from '@jest/globals'
import { Breaker } from './breaker.ts'

const fail = (breaker: Breaker, times: number, atMs = 0) => {
  for (let n = 0; n < times; n += 1) breaker.failed('no answer', atMs + n)
}

describe('a broker that fails', () => {
  test('five times in a row is left alone for ten seconds, then tried once', () => {
    const breaker = new Breaker()
    fail(breaker, 4)
    expect(breaker.refusal(4)).toBeUndefined()
    fail(breaker, 1, 10)
    expect(breaker.stateAt(10)).toBe('open')
    expect(breaker.refusal(10_009)).toContain('no answer')
    expect(breaker.refusal(10_010)).toBeUndefined()
    expect(breaker.stateAt(10_010)).toBe('half_open')
    expect(breaker.refusal(10_011)).toContain('no answer')
  })

  test('is back with one success, as if nothing had been', () => {
    const breaker = new Breaker()
    fail(breaker, 5)
    expect(breaker.refusal(20_000)).toBeUndefined()
    breaker.succeeded()
    expect(breaker.stateAt(20_000)).toBe('closed')
    fail(breaker, 4, 20_001)
    expect(breaker.stateAt(20_010)).toBe('closed')
  })

  test('on trial rests twice as long each time, five minutes at most', () => {
    const breaker = new Breaker()
    fail(breaker, 5)
    let atMs = 0
    for (const restMs of [20_000, 40_000, 80_000, 160_000, 300_000, 300_000]) {
      atMs += 300_000
      expect(breaker.refusal(atMs)).toBeUndefined()
      breaker.failed('still', atMs)
      expect(breaker.stateAt(atMs + restMs - 1)).toBe('open')
      expect(breaker.stateAt(atMs + restMs)).toBe('half_open')
    }
  })

  test('every other time opens it after ten in a minute, but never over a life', () => {
    const breaker = new Breaker()
    for (let n = 0; n < 100; n += 1) {
      breaker.failed('x', n * 10_000)
      expect(breaker.stateAt(n * 10_000)).toBe('closed')
      breaker.succeeded()
    }
    for (let n = 0; n < 10; n += 1) {
      breaker.failed('x', 2e6 + n)
      if (n < 9) breaker.succeeded()
    }
    expect(breaker.stateAt(2e6 + 10)).toBe('open')
  })

  test('a trial of which nothing is heard makes room for another', () => {
    const breaker = new Breaker()
    fail(breaker, 5)
    expect(breaker.refusal(20_000)).toBeUndefined()
    expect(breaker.refusal(49_999)).toBeDefined()
    expect(breaker.refusal(50_000)).toBeUndefined()
  })
})
