import { describe, expect, test } from '@jest/globals'
import { HandlerGuard, type HandlerChange } from './handler-guard.ts'

const minute = 60_000
const quarantined = (reason: 'slow' | 'failing', restMs: number): HandlerChange => ({
  level: 'quarantined',
  reason,
  restMs,
})

function fail(guard: HandlerGuard, times: number, atMs: (n: number) => number) {
  return Array.from({ length: times }, (_, n) => guard.onFailed('threw', atMs(n)))
}

describe('a handler that takes too long', () => {
  test('rests after the third time in a row, not before', () => {
    const guard = new HandlerGuard(1_000)
    expect(guard.onFailed('timeout', 0)).toBeUndefined()
    expect(guard.onFailed('timeout', 1)).toBeUndefined()
    expect(guard.admits(1)).toBe(true)
    expect(guard.onFailed('timeout', 2)).toEqual(quarantined('slow', 1_000))
    expect([guard.admits(2), guard.admits(1_001), guard.admits(1_002)]).toEqual([false, false, true])
  })

  test.each([
    { note: 'one that was handled', between: (guard: HandlerGuard) => guard.onHandled() },
    { note: 'one that was refused in time', between: (guard: HandlerGuard) => guard.onFailed('threw', 2) },
  ])('begins to count anew after $note', ({ between }) => {
    const guard = new HandlerGuard(1_000)
    guard.onFailed('timeout', 0)
    guard.onFailed('timeout', 1)
    expect(between(guard)).toBeUndefined()
    expect(guard.onFailed('timeout', 3)).toBeUndefined()
    expect(guard.admits(3)).toBe(true)
  })
})

describe('a handler that fails', () => {
  test('101 times within a minute rests; a hundred times it does not', () => {
    const guard = new HandlerGuard(1_000)
    expect(fail(guard, 100, (n) => n * 500)).toEqual(Array(100).fill(undefined))
    expect(guard.onFailed('threw', 50_000)).toEqual(quarantined('failing', 1_000))
    expect(guard.admits(50_000)).toBe(false)
  })

  test('over its whole life ever so often does not rest', () => {
    const guard = new HandlerGuard(1_000)
    expect(fail(guard, 10_000, (n) => n * 601).some(Boolean)).toBe(false)
  })
})

describe('on trial', () => {
  const resting = () => {
    const guard = new HandlerGuard(1_000)
    fail(guard, 101, () => 0)
    expect(guard.admits(1_000)).toBe(true)
    return guard
  }

  test('one message that is handled ends it, and what was is forgotten', () => {
    const guard = resting()
    expect(guard.onHandled()).toEqual({ level: 'recovered' })
    expect(guard.nextLookMs).toBeUndefined()
    expect(fail(guard, 100, () => 1_001).some(Boolean)).toBe(false)
    expect(guard.onFailed('threw', 1_001)).toEqual(quarantined('failing', 1_000))
  })

  test('one that fails rests twice as long each time, a minute at most', () => {
    const guard = resting()
    let nowMs = 1_000
    const rests = Array.from({ length: 8 }, () => {
      const change = guard.onFailed('threw', nowMs)
      const restMs = change?.level === 'quarantined' ? change.restMs : 0
      expect(guard.admits(nowMs + restMs - 1)).toBe(false)
      nowMs += restMs
      expect(guard.admits(nowMs)).toBe(true)
      return restMs
    })
    expect(rests).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, minute, minute, minute])
  })

  test('a minute without a failure ends it as well', () => {
    const guard = resting()
    expect(guard.nextLookMs).toBe(minute)
    expect(guard.onQuiet(minute - 1)).toBeUndefined()
    expect(guard.onQuiet(minute)).toEqual({ level: 'recovered' })
    expect(guard.onQuiet(minute)).toBeUndefined()
  })
})
