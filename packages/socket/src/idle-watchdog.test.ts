import { beforeEach, describe, expect, test } from '@jest/globals'
import { FakeTime } from '../tests/support/fake-time.ts'
import { IdleWatchdog } from './idle-watchdog.ts'

describe('IdleWatchdog', () => {
  let time = new FakeTime()
  let seen: string[] = []
  const start = (options = { pingAfterMs: 30_000, deadAfterMs: 45_000 }) => {
    const actions = { ping: () => seen.push('ping'), dead: (ms: number) => seen.push(`dead ${ms}`) }
    const watchdog = new IdleWatchdog(options, actions, time)
    watchdog.start()
    return watchdog
  }
  beforeEach(() => {
    time = new FakeTime()
    seen = []
  })

  test('silence brings one ping, then the end, and no timer is left', async () => {
    start()
    await time.advance(29_999)
    expect(seen).toEqual([])
    await time.advance(1)
    expect(seen).toEqual(['ping'])
    await time.advance(15_000)
    expect(seen).toEqual(['ping', 'dead 45000'])
    expect(time.pendingTimers).toBe(0)
  })

  test('any activity counts, and the next silence brings a ping of its own', async () => {
    const watchdog = start()
    await time.advance(31_000)
    watchdog.lastActivityAtMs = time.now()
    await time.advance(29_000)
    expect(seen).toEqual(['ping'])
    await time.advance(2_000)
    expect(seen).toEqual(['ping', 'ping'])
    await time.advance(15_000)
    expect(seen).toEqual(['ping', 'ping', 'dead 45000'])
  })

  test('a busy connection costs one timer, not one a frame', async () => {
    const watchdog = start()
    for (let i = 0; i < 1_000; i += 1) {
      await time.advance(1)
      watchdog.lastActivityAtMs = time.now()
      expect(time.pendingTimers).toBe(1)
    }
    await time.advance(29_999)
    expect(seen).toEqual([])
  })

  test('suspended it concludes nothing; started again it begins anew', async () => {
    const watchdog = start()
    await time.advance(20_000)
    watchdog.stop()
    await time.advance(600_000)
    watchdog.start()
    await time.advance(29_999)
    expect(seen).toEqual([])
    await time.advance(1)
    expect(seen).toEqual(['ping'])
  })

  test('answered pings follow each other at their own pace, however far away the end is', async () => {
    const watchdog = start({ pingAfterMs: 10, deadAfterMs: 5_000 })
    for (let i = 0; i < 100; i += 1) {
      await time.advance(1)
      if (seen.length > 0 && time.now() > watchdog.lastActivityAtMs + 10)
        watchdog.lastActivityAtMs = time.now()
    }
    expect(seen.length).toBeGreaterThanOrEqual(4)
    expect(new Set(seen)).toEqual(new Set(['ping']))
  })

  test('limits the wrong way round: dead without a ping', async () => {
    start({ pingAfterMs: 50_000, deadAfterMs: 10_000 })
    await time.advance(10_000)
    expect(seen).toEqual(['dead 10000'])
  })
})
