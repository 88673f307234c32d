import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { connectRedisBus } from '@whalecast/bus'
import type { Position } from '@whalecast/events'
import {
  eventually,
  openPrivateRedis,
  openRedis,
  uniquePrefix,
  watchLeaks,
  type LeakWatch,
} from '@whalecast/testkit'
import { connectClient, type TestClient } from './support/connect-client.ts'
import { openBroadcast, type Broadcast } from './support/open-broadcast.ts'
import { publishWhale } from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
// ioredis waits a moment for the end of a connection that has ended already.
afterEach(() => leaks.check({ timeoutMs: 4_000 }))

/** Some replicas on one Redis. */
async function openReplicas(count: number) {
  const redis = await openRedis()
  const prefix = uniquePrefix()
  const open = (instance: string) => connectRedisBus({ url: redis.url, prefix, instance })
  const bus = await open('publisher')
  const replicas: Broadcast[] = []
  const replica = async () => {
    const made = await openBroadcast({
      bus: await open(`test-${replicas.length}`),
      ownBus: await open(`replica-${replicas.length}`),
    })
    replicas.push(made)
    return made
  }
  for (let index = 0; index < count; index += 1) await replica()
  return {
    bus,
    replicas,
    replica,
    async [Symbol.asyncDispose]() {
      for (const one of replicas) await one.stop()
      await bus.close()
      await redis.stop()
    },
  }
}

const isResumed = (client: TestClient) =>
  client.frames.findLast(({ type }) => type === 'subscribed')?.data.resumed?.whales !== undefined
const newest = (client: TestClient) => client.frames.findLast(({ type }) => type === 'whale')?.offset
const offsets = (client: TestClient) => client.of('whale').map(({ offset }) => offset ?? 0)
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index)

test('12 clients, each from a place of its own far behind the ring, come back to another replica while live goes on', async () => {
  await using system = await openReplicas(1)
  const { bus } = system
  const publish = async (from: number, to: number) => {
    await Promise.all(range(from, to).map((id) => publishWhale(bus, `w${id}`)))
  }
  await publish(1, 2_000)
  // It was not there when these were published, and reads only the newest.
  const other = await system.replica()
  const { epoch } = await bus.head('whales')
  using witness = await connectClient(other.url, { query: '?defaults=off' })
  witness.send({ type: 'subscribe', channels: ['whales'] })
  await witness.until(() => newest(witness) === 2_000)

  const coming = range(1, 12).map(async (index) => {
    const client = await connectClient(other.url, { query: '?defaults=off' })
    const resume = { whales: { epoch, offset: index * 110 } }
    client.send({ type: 'subscribe', channels: ['whales'], resume })
    return client
  })
  await publish(2_001, 2_050)
  const clients = await Promise.all(coming)
  await Promise.all(clients.map((client) => client.until(() => isResumed(client))))
  await publish(2_051, 2_060)
  for (const [index, client] of clients.entries()) {
    await client.until(() => newest(client) === 2_060)
    expect(offsets(client)).toEqual(range((index + 1) * 110 + 1, 2_060))
    const told = client.of('subscribed').at(-1)?.data.resumed.whales
    expect(told).toMatchObject({ epoch, recovered: true })
    expect(client.of('gap')).toEqual([])
    client.socket.terminate()
  }
  await witness.until(() => newest(witness) === 2_060)
  expect(offsets(witness)).toEqual(range(1_951, 2_060))
  expect(await other.metric('ws_resumed_total', { from: 'stream' })).toBe(12)
  // Each of them misses up to six parts; what is whole is read once for all.
  const reads = await other.metric('ws_replay_reads_total')
  expect(reads).toBeGreaterThanOrEqual(6)
  expect(reads).toBeLessThan(24)
})

test('a place before a Redis that was killed and came back with its data is resumed over the change of epoch', async () => {
  const redis = await openPrivateRedis()
  const open = (instance: string) => connectRedisBus({ url: redis.url, instance })
  const bus = await open('publisher')
  const broadcast = await openBroadcast({ bus: await open('test'), ownBus: await open('replica') })
  try {
    for (const id of ['w1', 'w2']) await publishWhale(bus, id)
    const place = { ...(await bus.head('whales')), offset: 1 }
    await redis.kill9()
    await redis.restart()
    await publishWhale(bus, 'w3')
    using witness = await connectClient(broadcast.url)
    await witness.until(() => newest(witness) === 3)
    expect(offsets(witness)).toEqual([1, 2, 3])
    using client = await connectClient(broadcast.url, { query: '?defaults=off' })
    client.send({ type: 'subscribe', channels: ['whales'], resume: { whales: place } })
    await client.until(() => isResumed(client))
    expect(client.of('whale').map(({ prev, offset }) => [prev, offset])).toEqual([
      [1, 2],
      [2, 3],
    ])
    expect(client.of('whale')[1]?.epoch).toBeGreaterThan(place.epoch)
    expect(client.of('subscribed')[0]?.data.resumed.whales).toMatchObject({ offset: 3, recovered: true })
    // The place in the new epoch comes before its entries.
    expect(client.frames.map(({ type }) => type)).toEqual([
      'connection',
      'whale',
      'ping',
      'whale',
      'subscribed',
    ])
    expect(client.of('gap')).toEqual([])
  } finally {
    await broadcast.stop()
    await bus.close()
    await redis.stop()
  }
})

test('while Redis is away a place that the ring covers is resumed at once, another one waits for the stream', async () => {
  const redis = await openPrivateRedis()
  const open = (instance: string) => connectRedisBus({ url: redis.url, instance })
  const bus = await open('publisher')
  const broadcast = await openBroadcast({ bus: await open('test'), ownBus: await open('replica') })
  try {
    await publishWhale(bus, 'w1')
    using witness = await connectClient(broadcast.url)
    await publishWhale(bus, 'w2')
    await witness.until(() => newest(witness) === 2)
    const { epoch } = await bus.head('whales')
    const resume = async (place: Position) => {
      const client = await connectClient(broadcast.url, { query: '?defaults=off' })
      client.send({ type: 'subscribe', channels: ['whales', 'health'], resume: { whales: place } })
      await client.until((frames) => frames.some(({ type }) => type === 'health'))
      return client
    }
    await redis.kill9()
    await eventually(() => !broadcast.ownBus.connected)
    using near = await resume({ epoch, offset: 1 })
    await near.until(() => isResumed(near))
    expect(offsets(near)).toEqual([2])
    // Only the stream can tell what became of that epoch. Other channels wait for nothing.
    using far = await resume({ epoch: epoch - 1, offset: 1 })
    expect(far.of('subscribed').map(({ data }) => data.channels)).toEqual([['health']])
    expect(far.of('gap')).toEqual([])
    await redis.restart()
    await far.until(() => isResumed(far))
    expect(far.of('gap').map(({ data }) => data.reason)).toEqual(['epoch_changed'])
    expect(offsets(far)).toEqual([1, 2])
    await publishWhale(bus, 'w3')
    for (const client of [near, far]) await client.until(() => newest(client) === 3)
    expect(near.of('gap')).toEqual([])
  } finally {
    await broadcast.stop()
    await bus.close()
    await redis.stop()
  }
})

test('what was trimmed is a gap with its bounds, the snapshot, then live', async () => {
  await using system = await openReplicas(1)
  const { bus, replicas } = system
  const publish = (id: number) => {
    const data = { source: 'a', state: 'live' as const, reason: '', since_ms: 1 }
    return bus.publish('feed', { type: 'feed_state', data }, { id: `${id}` })
  }
  // Of this log a thousand entries are kept.
  const count = 1_200
  using witness = await connectClient(replicas[0]!.url)
  witness.send({ type: 'subscribe', channels: ['feed'] })
  await Promise.all(range(1, count).map(publish))
  await witness.until((frames) => frames.at(-1)?.offset === count)
  const { epoch } = await bus.head('feed')
  using client = await connectClient(replicas[0]!.url, { query: '?defaults=off' })
  client.send({ type: 'subscribe', channels: ['feed'], resume: { feed: { epoch, offset: 100 } } })
  await client.until(() => client.of('subscribed').length === 1)
  expect(client.of('subscribed')[0]?.data.resumed.feed).toEqual({ epoch, offset: count, recovered: false })
  expect(client.of('gap').map(({ data }) => data)).toEqual([
    { channel: 'feed', epoch, from: 101, to: count - 20, reason: 'trimmed' },
  ])
  await publish(count + 1)
  await client.until(() => client.frames.at(-1)?.offset === count + 1)
  expect(client.of('feed_state').map(({ offset }) => offset)).toEqual(range(count - 19, count + 1))
  expect(await replicas[0]!.metric('ws_resumed_total', { from: 'gap' })).toBe(1)
})
