import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { connectRedisBus } from '@whalecast/bus'
import { sampleAccount } from '@whalecast/events/testing'
import type { ServiceContext } from '@whalecast/runtime'
import { makeContext, openRedis, uniquePrefix } from '@whalecast/testkit'
import { startStatusReporter } from '../src/service.ts'

test('as the process runs it, an account that changes all the time is told at most once a second', async () => {
  await using redis = await openRedis()
  const place = { url: redis.url, prefix: uniquePrefix() }
  const bus = await connectRedisBus({ ...place, instance: 'test' })
  const stop = new AbortController()
  const releases: (() => void | Promise<void>)[] = []
  const ctx: ServiceContext = {
    ...makeContext(stop.signal),
    name: 'status-reporter',
    instance: 'status-reporter-test',
    startedAtMs: Date.now(),
    env: {},
    defer: (_label, release) => void releases.push(release),
  }
  const running = startStatusReporter({ redisUrl: place.url, keyPrefix: place.prefix }, ctx)
  try {
    const versions: number[] = []
    bus.subscribe('trading_state', ({ data }) => void versions.push(data.version))
    const beganMs = Date.now()
    for (let version = 1; versions.length < 3; version += 1) {
      const data = sampleAccount({ balance_e6: 1e9 + version, traded_cash_e6: version })
      await bus.put('account', { type: 'account', data }, { fence: { owner: 'test', term: 1 }, version })
      await nextTurn()
    }
    // One for each whole second, and one at either end.
    expect(versions.length).toBeLessThanOrEqual(Math.floor((Date.now() - beganMs) / 1_000) + 1)
    expect(versions).toEqual([1, 2, 3])
  } finally {
    stop.abort()
    await running
    for (const release of releases.toReversed()) await release()
    await bus.close()
  }
}, 30_000)
