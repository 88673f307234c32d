import { expect, test } from '@jest/globals'
import { connectRedisBus } from '@whalecast/bus'
import { eventually, openMuteProxy, openPrivateRedis, watchLeaks } from '@whalecast/testkit'
import { parseConfig } from '../src/config.ts'
import { startWsBroadcast } from '../src/service.ts'
import { connectClient, type Frame } from './support/connect-client.ts'
import { openBroadcast, openContext } from './support/open-broadcast.ts'
import { publishActivity, publishWhale, putHealth, putStatus } from './support/samples.ts'

/** The service as its process starts it, on a Redis of its own that the test may kill. */
async function openOnRedis() {
  const redis = await openPrivateRedis()
  const bus = await connectRedisBus({ url: redis.url, instance: 'publisher' })
  const { ctx, stop, log } = openContext()
  const config = parseConfig({
    REDIS_URL: redis.url,
    WHALECAST_HTTP_PORT: '0',
    WHALECAST_PING_INTERVAL_MS: '1000',
  })
  await startWsBroadcast(config, { ...ctx, name: 'ws-broadcast', env: {} })
  const url = /"url":"([^"]+)"/.exec(log())?.[1] ?? ''
  return {
    redis,
    bus,
    url,
    obstacles: () => ctx.health.obstacles(),
    async [Symbol.asyncDispose]() {
      await stop()
      await bus.close()
      await redis.stop()
    },
  }
}

const stateOf = (frames: readonly Frame[]) =>
  frames.findLast(({ type }) => type === 'health')?.data.machine_state

test('while Redis is away the state is unknown for old and new clients; then everything resumes without a hole', async () => {
  const leaks = watchLeaks()
  {
    await using broadcast = await openOnRedis()
    const { redis, bus, url } = broadcast
    using client = await connectClient(url)
    await putHealth(bus, 1)
    await putStatus(bus, 1)
    await publishWhale(bus, 'w1')
    await client.until(
      (frames) =>
        stateOf(frames) === 'ready' &&
        client.of('trader_status').at(-1)?.data.machine_state === 'ready' &&
        client.of('whale').length === 1,
    )
    expect(broadcast.obstacles()).toEqual([])

    await redis.kill9()
    await client.until((frames) => stateOf(frames) === 'unknown')
    expect(client.of('trader_status').at(-1)?.data).toMatchObject({
      machine_state: 'unknown',
      metrics: { context: 'the bus is away', trades_per_second: null },
    })
    using late = await connectClient(url)
    await late.until((frames) => frames.some(({ type }) => type === 'whale'))
    expect(stateOf(late.frames)).toBe('unknown')
    expect(await (await fetch(`${url}v1/health`)).json()).toMatchObject({ machine_state: 'unknown' })
    expect(broadcast.obstacles().join()).toContain('ws_broadcast: its subscriptions are not live')
    expect(broadcast.obstacles().join()).toContain('system: its state is unknown')

    await redis.restart()
    await publishWhale(bus, 'w2')
    await publishWhale(bus, 'w3')
    await putHealth(bus, 2)
    await client.until((frames) => stateOf(frames) === 'ready' && client.of('whale').length === 3)
    expect(client.of('whale').map(({ data }) => data.whale_id)).toEqual(['w1', 'w2', 'w3'])
    expect(client.of('gap')).toEqual([])
    // The log goes on in a new epoch: a place in it is told before its first entry, so it is no loss to anybody.
    const { epoch } = client.of('whale')[1]!
    const told = client.frames.findIndex(
      ({ type, data }) => type === 'ping' && data.positions.whales.epoch === epoch,
    )
    expect(client.frames[told]?.data.positions.whales).toEqual({ epoch, offset: 1 })
    expect(told).toBeLessThan(
      client.frames.findIndex((frame) => frame.type === 'whale' && frame.epoch === epoch),
    )
    await eventually(() => broadcast.obstacles().length === 0)
  }
  await leaks.check()
})

test('a Redis that comes back empty is a gap for every client, now and later, and live goes on', async () => {
  await using broadcast = await openOnRedis()
  const { redis, bus, url } = broadcast
  using client = await connectClient(url)
  for (const id of ['w1', 'w2', 'w3']) await publishWhale(bus, id)
  await publishActivity(bus, 'a1')
  await client.until(() => client.of('whale').length === 3)
  const [epoch] = client.of('whale').map((frame) => frame.epoch)
  await redis.restart({ empty: true })
  await publishWhale(bus, 'w4')
  await client.until(() => client.of('whale').length === 4)
  expect(client.of('gap').map(({ data }) => [data.channel, data.reason])).toEqual([
    ['whales', 'epoch_changed'],
  ])
  const frames = client.frames.filter(({ channel }) => channel === 'whales').map(({ type }) => type)
  expect(frames).toEqual(['whale', 'whale', 'whale', 'gap', 'whale'])
  expect(client.of('whale').at(-1)).toMatchObject({ offset: 1, prev: 0 })
  expect(client.of('whale').at(-1)?.epoch).not.toBe(epoch)
  using late = await connectClient(url)
  await late.until(() => late.of('whale').length === 1)
  expect(late.of('gap').map(({ text }) => text)).toEqual(client.of('gap').map(({ text }) => text))
})

test('a reader of the bus that went silent: not ready meanwhile, then its clients are sent what it missed', async () => {
  await using redis = await openPrivateRedis()
  await using proxy = await openMuteProxy(redis.port)
  const bus = await connectRedisBus({ url: redis.url, instance: 'publisher' })
  const ownBus = await connectRedisBus({ url: `redis://127.0.0.1:${proxy.port}`, instance: 'replica' })
  await using broadcast = await openBroadcast({ bus, ownBus })
  await putHealth(bus, 1)
  await publishWhale(bus, 'w1')
  using client = await connectClient(broadcast.url)
  await client.until(() => client.of('whale').length === 1 && stateOf(client.frames) === 'ready')
  await eventually(() => broadcast.health.obstacles().length === 0)
  expect(proxy.mute('whalecast-topics')).toBe(1)
  await publishWhale(bus, 'w2')
  await eventually(() =>
    broadcast.health.obstacles().some((obstacle) => /nothing is heard of \w+/.test(obstacle)),
  )
  await client.until(() => client.of('whale').length === 2)
  expect(client.of('whale').map(({ data, prev }) => [data.whale_id, prev])).toEqual([
    ['w1', 0],
    ['w2', 1],
  ])
  expect(client.of('gap')).toEqual([])
  await eventually(() => broadcast.health.obstacles().length === 0)
})

test('a stop while Redis is away ends in time', async () => {
  const leaks = watchLeaks()
  const broadcast = await openOnRedis()
  using client = await connectClient(broadcast.url)
  await client.until((frames) => frames.length >= 4)
  await broadcast.redis.kill9()
  const beganMs = performance.now()
  await broadcast[Symbol.asyncDispose]()
  expect((await client.closed).code).toBe(1012)
  expect(performance.now() - beganMs).toBeLessThan(5_000)
  // ioredis waits two seconds for the end of a connection that has ended already.
  await leaks.check({ timeoutMs: 4_000 })
})
