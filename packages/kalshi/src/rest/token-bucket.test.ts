import { describe, expect, test } from '@jest/globals'
import type { SocketTime } from '@whalecast/socket'
import { TokenBucket } from './token-bucket.ts'

/** A clock that stands, and the timers that were asked for. */
function standingTime() {
  const timers = new Set<{ readonly ms: number; readonly call: () => void }>()
  let nowMs = 0
  const time: SocketTime = {
    now: () => nowMs,
    after(ms, call) {
      const timer = { ms, call }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
  }
  return { time, timers, move: (ms: number) => (nowMs += ms) }
}

const makeBucket = (time: SocketTime) => new TokenBucket({ perSecond: 200, capacity: 200, time })

describe('TokenBucket', () => {
  test('lets a full budget through at once, then one call each 50 ms, in order', async () => {
    const { time, timers } = standingTime()
    const bucket = makeBucket(time)
    for (let i = 0; i < 20; i += 1) await bucket.take(10)
    expect(timers.size).toBe(0)
    for (let i = 0; i < 3; i += 1) void bucket.take(10)
    expect([...timers].map(({ ms }) => ms)).toEqual([50, 100, 150])
  })

  test('refills with time, and never above its capacity', async () => {
    const { time, timers, move } = standingTime()
    const bucket = makeBucket(time)
    await bucket.take(200)
    move(3_600_000)
    await bucket.take(200)
    expect(timers.size).toBe(0)
    void bucket.take(10)
    expect([...timers].map(({ ms }) => ms)).toEqual([50])
  })

  test('a clock that is set back costs nothing', async () => {
    const { time, timers, move } = standingTime()
    const bucket = makeBucket(time)
    move(-60_000)
    await bucket.take(200)
    expect(timers.size).toBe(0)
  })

  test('an abort ends the wait, leaves no timer and gives the tokens back', async () => {
    const { time, timers } = standingTime()
    const bucket = makeBucket(time)
    await bucket.take(200)
    const controller = new AbortController()
    const waiting = bucket.take(100, controller.signal)
    controller.abort(new Error('stop'))
    await expect(waiting).rejects.toThrow('stop')
    expect(timers.size).toBe(0)
    void bucket.take(10)
    expect([...timers].map(({ ms }) => ms)).toEqual([50])
    await expect(bucket.take(10, controller.signal)).rejects.toThrow('stop')
    expect(timers.size).toBe(1)
  })
})
