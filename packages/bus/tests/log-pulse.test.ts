import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { connectRedisBus, type Bus } from '@whalecast/bus'
import { eventually, openMuteProxy, openPrivateRedis, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { Redis } from 'ioredis'
import { Registry } from 'prom-client'
import { activity } from '../src/conformance/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
// ioredis waits a moment for the end of a connection that has ended already.
afterEach(() => leaks.check({ timeoutMs: 4_000 }))

/** A reader behind a proxy, a publisher, and a connection of the test's own. */
async function open() {
  const redis = await openPrivateRedis()
  const proxy = await openMuteProxy(redis.port)
  const registry = new Registry()
  const publisher = await connectRedisBus({ url: redis.url, instance: 'publisher' })
  const reader = await connectRedisBus({
    url: `redis://127.0.0.1:${proxy.port}`,
    instance: 'reader',
    registry,
  })
  const raw = new Redis(redis.url)
  const heard: string[] = []
  const gaps: unknown[] = []
  reader.subscribe('system', ({ id }) => void heard.push(id), {
    after: await publisher.head('system'),
    onGap: (gap) => void gaps.push(gap),
  })
  const count = async (name: string) => {
    const metric = await registry.getSingleMetric(`whalecast_${name}`)?.get()
    return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0)
  }
  return {
    redis,
    proxy,
    publisher,
    reader,
    raw,
    heard,
    gaps,
    count,
    async [Symbol.asyncDispose]() {
      raw.disconnect()
      await Promise.all([publisher.close(), reader.close()])
      await proxy.stop()
      await redis.stop()
    },
  }
}

const publish = (bus: Bus, n: number) => bus.publish('system', activity(n), { id: `${n}` })

/** Appends an entry of which no subscriber is told: what is left of one whose message was lost. */
async function appendUntold(raw: Redis, n: number): Promise<void> {
  const scope = '{whalecast:log:system}'
  const [epoch = '', offset = ''] = await raw.hmget(`${scope}:meta`, 'epoch', 'offset')
  const next = Number(offset) + 1
  const { type, data } = activity(n)
  const fields = ['id', `${n}`, 'type', type, 'ts', 1, 'prev', Number(offset), 'data', JSON.stringify(data)]
  await raw.xadd(`${scope}:stream`, `${epoch}-${next}`, ...fields)
  await raw.hset(`${scope}:meta`, 'offset', next)
}

test('a message that was lost is noticed and refilled although nothing follows it', async () => {
  await using system = await open()
  await publish(system.publisher, 1)
  await eventually(() => system.heard.length === 1)
  await appendUntold(system.raw, 2)
  await eventually(() => system.heard.length === 2)
  expect(system.heard).toEqual(['1', '2'])
  expect(await system.count('bus_lost_tails_total')).toBe(1)
  await publish(system.publisher, 3)
  await eventually(() => system.heard.length === 3)
  expect(await system.count('bus_reader_restarts_total')).toBe(0)
  expect(system.gaps).toEqual([])
  expect(system.reader.behind).toBeUndefined()
})

test('a reader that goes silent without a word is made anew, and what it missed is refilled', async () => {
  await using system = await open()
  await publish(system.publisher, 1)
  await eventually(() => system.heard.length === 1)
  expect(system.proxy.mute('whalecast-topics')).toBe(1)
  await publish(system.publisher, 2)
  // Its connection looks well all the time, and commands are answered.
  await eventually(() => system.reader.behind?.startsWith('nothing is heard of system') === true)
  expect(system.reader.connected).toBe(true)
  await eventually(() => system.heard.length === 2)
  await publish(system.publisher, 3)
  await eventually(() => system.heard.length === 3 && system.reader.behind === undefined)
  expect(system.heard).toEqual(['1', '2', '3'])
  expect(await system.count('bus_reader_restarts_total')).toBe(1)
  expect(system.gaps).toEqual([])
})

test('subscribers that Redis cuts off are back by themselves, without a loss', async () => {
  await using system = await open()
  await publish(system.publisher, 1)
  await eventually(() => system.heard.length === 1)
  expect(await system.raw.call('CLIENT', 'KILL', 'TYPE', 'pubsub')).toBe(1)
  for (let n = 2; n <= 5; n += 1) await publish(system.publisher, n)
  await eventually(() => system.heard.length === 5)
  expect(system.heard).toEqual(['1', '2', '3', '4', '5'])
  expect(system.gaps).toEqual([])
})

test('a Redis that stands still is told as no answer, not as a silent reader', async () => {
  await using system = await open()
  await publish(system.publisher, 1)
  await eventually(() => system.heard.length === 1)
  system.redis.pause()
  try {
    await eventually(() => system.reader.behind === 'the broker does not answer')
  } finally {
    system.redis.resume()
  }
  await publish(system.publisher, 2)
  await eventually(() => system.heard.length === 2 && system.reader.behind === undefined)
  expect(await system.count('bus_reader_restarts_total')).toBe(0)
})

test('however many read a channel, Redis lets out a beat now and then only', async () => {
  await using system = await open()
  const others = await Promise.all(
    ['a', 'b', 'c'].map((instance) => connectRedisBus({ url: system.redis.url, instance })),
  )
  for (const bus of others) bus.subscribe('system', () => undefined)
  const calls = async (command: string) => {
    const stats = await system.raw.info('commandstats')
    return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? 0)
  }
  await eventually(async () => (await calls('evalsha')) >= 16, { timeoutMs: 20_000 })
  const [beats, asked] = [await calls('publish'), await calls('evalsha')]
  expect(beats).toBeGreaterThan(0)
  expect(beats).toBeLessThan(asked * 0.75)
  await Promise.all(others.map((bus) => bus.close()))
})

test('a Redis that was emptied and whose clock went back is a gap, and what follows is heard', async () => {
  await using system = await open()
  await publish(system.publisher, 1)
  await system.raw.hset('{whalecast:log:system}:meta', 'epoch', Date.now() + 60_000)
  await publish(system.publisher, 2)
  await eventually(() => system.heard.length === 2)
  const before = await system.publisher.head('system')
  await system.raw.flushall()
  for (const n of [3, 4]) await publish(system.publisher, n)
  await eventually(() => system.heard.length === 4)
  await publish(system.publisher, 5)
  await eventually(() => system.heard.length === 5)
  expect(system.heard).toEqual(['1', '2', '3', '4', '5'])
  const after = await system.publisher.head('system')
  expect(after.epoch).toBeLessThan(before.epoch)
  expect(system.gaps).toEqual([{ channel: 'system', after: before, next: { epoch: after.epoch, offset: 1 } }])
})
