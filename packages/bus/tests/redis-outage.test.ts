import { describe, expect, test } from '@jest/globals'
import {
  connectRedisBus,
  packIds,
  RedisUnreachableError,
  type Bus,
  type LogGap,
  type Notice,
} from '@whalecast/bus'
import { eventually, openPrivateRedis } from '@whalecast/testkit'
import { activity, fence, market, trade } from '../src/conformance/samples.ts'

async function openWithBuses() {
  const redis = await openPrivateRedis()
  const notices: Notice[] = []
  const opened: Bus[] = []
  return {
    redis,
    notices,
    async open(instance: string) {
      const bus = await connectRedisBus({
        url: redis.url,
        instance,
        onNotice: (notice) => void notices.push(notice),
      })
      opened.push(bus)
      return bus
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map((bus) => bus.close()))
      await redis.stop()
    },
  }
}

describe('Redis killed and restarted with its data', () => {
  test('log: publishers hold back, and a subscriber hears everything once and in order', async () => {
    await using system = await openWithBuses()
    const [producer, consumer] = [await system.open('a'), await system.open('b')]
    const heard: string[] = []
    const gaps: LogGap[] = []
    const start = await producer.head('system')
    consumer.subscribe('system', ({ id }) => void heard.push(id), {
      after: start,
      onGap: (gap) => void gaps.push(gap),
    })
    for (let n = 0; n < 20; n += 1) await producer.publish('system', activity(n), { id: `${n}` })
    await system.redis.kill9()
    const held = Array.from({ length: 20 }, (_, n) =>
      producer.publish('system', activity(20 + n), { id: `${20 + n}` }),
    )
    await eventually(() => !producer.connected)
    await system.redis.restart()
    const results = await Promise.all(held)
    expect(results.every(({ status }) => status === 'accepted')).toBe(true)
    await eventually(() => heard.length >= 40)
    expect(heard).toEqual(Array.from({ length: 40 }, (_, n) => `${n}`))
    expect(gaps).toEqual([])
    const history = await producer.history('system', { limit: 100 })
    expect(history.map(({ position }) => position.offset)).toEqual(
      Array.from({ length: 40 }, (_, n) => n + 1),
    )
    expect(new Set(history.map(({ position }) => position.epoch)).size).toBe(2)
    expect(system.notices).toContainEqual({ type: 'connection', state: 'down', reason: 'connection closed' })
  })

  test('work: nothing is lost or counted twice', async () => {
    await using system = await openWithBuses()
    const [sending, taking] = [await system.open('a'), await system.open('b')]
    let counted = 0
    const consumer = await taking.consume('trades', {
      partition: 0,
      start: ({ fields }) => {
        let seen = Number(fields.get('seen') ?? 0)
        return {
          onBatch: ({ items }) => {
            seen += items.length
            counted += items.length
            return { set: { seen: `${seen}` }, seen: packIds(items.map(({ trade_id }) => trade_id)) }
          },
        }
      },
    })
    const producer = await sending.producer('trades', {
      partition: 0,
      fence: fence(1, 'ingest'),
      capacity: 100_000,
    })
    let next = 0
    const feed = (count: number) => {
      for (let n = 0; n < count; n += 1) producer.enqueue(trade(next++))
    }
    feed(3_000)
    await eventually(() => counted > 0, { timeoutMs: 10_000 })
    await system.redis.kill9()
    feed(3_000)
    await system.redis.restart()
    feed(3_000)
    await eventually(() => producer.outstanding === 0, { timeoutMs: 20_000 })
    await consumer.close()
    let seen: string | undefined
    await taking.consume('trades', {
      partition: 0,
      start: ({ fields }) => {
        seen = fields.get('seen')
        return { onBatch: () => ({}) }
      },
    })
    await eventually(() => seen !== undefined)
    expect(seen).toBe('9000')
  })

  test('latest: the newest value written meanwhile is there afterwards', async () => {
    await using system = await openWithBuses()
    const bus = await system.open('a')
    await bus.put('market', market('before'), { fence: fence(1), version: 1, key: 'A' })
    await system.redis.kill9()
    const puts = [2, 3, 4].map((version) =>
      bus.put('market', market(`v${version}`), { fence: fence(1), version, key: 'A' }),
    )
    await system.redis.restart()
    const statuses = (await Promise.all(puts)).map(({ status }) => status)
    expect(statuses.at(-1)).toBe('accepted')
    expect((await bus.latest('market', 'A'))?.data.title).toBe('v4')
  })

  test('tape: what nobody could take is shed and counted, and never waits', async () => {
    await using system = await openWithBuses()
    const bus = await system.open('a')
    await system.redis.kill9()
    await eventually(() => bus.print('tape', 'trade', [trade(1)]).status === 'rejected')
    await system.redis.restart()
    await eventually(() => bus.print('tape', 'trade', [trade(1)]).status === 'accepted', {
      timeoutMs: 10_000,
    })
  })

  test('a lease that could not be renewed is lost in time, and its successor has a higher term', async () => {
    await using system = await openWithBuses()
    const bus = await system.open('a')
    const lease = await bus.lease('job', { ttlMs: 300 })
    await system.redis.kill9()
    await eventually(() => lease.lost.aborted)
    await system.redis.restart()
    const next = await bus.lease('job')
    expect(next.fence.term).toBeGreaterThan(lease.fence.term)
    await next.release()
  })
})

test('waiting for a lease ends with its signal while Redis is away', async () => {
  await using system = await openWithBuses()
  const bus = await system.open('a')
  await system.redis.kill9()
  await eventually(() => !bus.connected)
  const waiting = new AbortController()
  const lease = bus.lease('job', { signal: waiting.signal })
  waiting.abort(new Error('no longer wanted'))
  await expect(lease).rejects.toThrow('no longer wanted')
})

describe('Redis restarted empty', () => {
  test('a new epoch, a stated gap, terms that still grow, and everything works on', async () => {
    await using system = await openWithBuses()
    const bus = await system.open('a')
    const heard: (string | LogGap)[] = []
    bus.subscribe('system', ({ id }) => void heard.push(id), {
      after: await bus.head('system'),
      onGap: (gap) => void heard.push(gap),
    })
    const before = await bus.publish('system', activity(1), { id: '1' })
    await bus.publish('system', activity(2), { id: '2' })
    await eventually(() => heard.length === 2)
    const lease = await bus.lease('job', { ttlMs: 300 })
    await system.redis.kill9()
    await system.redis.restart({ empty: true })
    const after = await bus.publish('system', activity(3), { id: '3' })
    if (before.status !== 'accepted' || after.status !== 'accepted') throw new Error('not accepted')
    expect(after.position.epoch).toBeGreaterThan(before.position.epoch)
    await eventually(() => heard.includes('3'))
    expect(heard).toEqual(['1', '2', expect.objectContaining({ channel: 'system' }), '3'])
    await eventually(() => lease.lost.aborted)
    const next = await bus.lease('job')
    expect(next.fence.term).toBeGreaterThan(lease.fence.term)
    await next.release()
  })
})

test('a Redis that cannot be reached at start is one clear error', async () => {
  const redis = await openPrivateRedis()
  await redis.stop()
  await expect(connectRedisBus({ url: redis.url, instance: 'a' })).rejects.toThrow(RedisUnreachableError)
  await expect(connectRedisBus({ url: redis.url, instance: 'a' })).rejects.toThrow(
    `cannot reach Redis at 127.0.0.1:${redis.port}`,
  )
})
