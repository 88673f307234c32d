import { describe, expect, test } from '@jest/globals'
import { connectRedisBus } from '@whalecast/bus'
import { ticks } from '@whalecast/runtime'
import { eventually, openPrivateRedis } from '@whalecast/testkit'
import { monitorHealth } from '../src/service.ts'
import { makeBeats } from '../src/testing/beats.ts'
import { makeContext } from '@whalecast/testkit'

async function openWatchedRedis() {
  const redis = await openPrivateRedis()
  const bus = await connectRedisBus({ url: redis.url, instance: 'monitor' })
  const stop = new AbortController()
  const ctx = makeContext(stop.signal)
  const running = monitorHealth({
    bus,
    ctx,
    now: Date.now,
    ticks: (signal) => ticks(100, { signal }),
  })
  const beat = () => {
    if (bus.connected) for (const each of makeBeats(Date.now())) void bus.beat(each).catch(() => undefined)
  }
  beat()
  const beating = setInterval(beat, 300)
  return {
    redis,
    bus,
    ctx,
    verdict: () => ctx.health.reports()[0]?.status,
    [Symbol.asyncDispose]: async () => {
      clearInterval(beating)
      stop.abort()
      await running
      await bus.close()
      await redis.stop()
    },
  }
}

describe('Redis goes away and comes back', () => {
  test.each([
    { note: 'with its data: the monitor goes on', empty: false, transitions: 3 },
    { note: 'empty: the monitor goes on or begins anew', empty: true, transitions: undefined },
  ])('$note, and no process is restarted', async ({ empty, transitions }) => {
    await using world = await openWatchedRedis()
    const { redis, bus, verdict } = world
    await eventually(async () => (await bus.latest('health'))?.data.machine_state === 'ready')
    expect(verdict()).toBe('healthy')

    await redis.kill9()
    await eventually(() => verdict() === 'unhealthy')
    await redis.restart({ empty })
    const backAtMs = Date.now()
    await eventually(
      async () => {
        const health = (await bus.latest('health'))?.data
        return health?.machine_state === 'ready' && health.timestamp_ms > backAtMs
      },
      { timeoutMs: 10_000 },
    )
    await eventually(() => verdict() === 'healthy')
    const told = await bus.history('system', { limit: 100 })
    const steps = told.filter(({ data }) => data.activity_type === 'state_transition')
    if (transitions !== undefined) expect(steps).toHaveLength(transitions)
    expect(steps.some(({ data }) => data.to_state === 'error')).toBe(false)
  })

  test('while it is away, the end of the process does not wait for it', async () => {
    const world = await openWatchedRedis()
    await eventually(async () => (await world.bus.latest('health'))?.data.machine_state === 'ready')
    await world.redis.kill9()
    await eventually(() => world.verdict() === 'unhealthy')
    const beganMs = performance.now()
    await world[Symbol.asyncDispose]()
    expect(performance.now() - beganMs).toBeLessThan(2_000)
  })
})
