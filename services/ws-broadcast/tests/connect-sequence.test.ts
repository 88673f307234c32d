import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createMemoryBus, MemoryBroker } from '@whalecast/bus'
import { watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { connectClient, type Frame, type TestClient } from './support/connect-client.ts'
import { openBroadcast } from './support/open-broadcast.ts'
import { publishActivity, publishWhale, putHealth, putQueue, putStatus } from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

const types = (frames: readonly Frame[]) => frames.map(({ type }) => type)

/** Publishes what a running system has published before a replica starts. */
async function openWithPast() {
  const broker = new MemoryBroker()
  const bus = createMemoryBus(broker, { instance: 'publisher' })
  for (let index = 1; index <= 25; index++)
    await publishActivity(bus, `t${index}`, {
      activity_type: 'state_transition',
      from_state: 'startup',
      to_state: 'ready',
    })
  for (let index = 1; index <= 60; index++) await publishWhale(bus, `w${index}`)
  await putHealth(bus, 1)
  await putQueue(bus, 1)
  return openBroadcast({ bus, ownBus: createMemoryBus(broker, { instance: 'ws-broadcast' }) })
}

test('connection, replay of the newest 20 transitions, snapshots, and only then live', async () => {
  await using broadcast = await openWithPast()
  using client = await connectClient(broadcast.url)
  await client.until((frames) => frames.some(({ type }) => type === 'whale_queue'))
  await publishWhale(broadcast.bus, 'w61')
  await client.until((frames) => frames.at(-1)?.data.whale_id === 'w61')
  expect(types(client.frames)).toEqual([
    'connection',
    'history_replay',
    'trader_status',
    'health',
    ...Array.from({ length: 50 }, () => 'whale'),
    'whale_queue',
    'whale',
  ])
  const [connection, replay] = client.frames
  expect(connection?.data).toMatchObject({
    protocol: 'whalecast.v1',
    server_id: 'ws-broadcast-test',
    ping_interval_ms: 30_000,
  })
  expect(replay?.data.transitions.map(({ activity_id }: { activity_id: string }) => activity_id)).toEqual(
    Array.from({ length: 20 }, (_, index) => `t${index + 6}`),
  )
  expect(replay).toMatchObject({ channel: 'system', offset: 25 })
  expect(client.of('whale').map(({ offset }) => offset)).toEqual(
    Array.from({ length: 51 }, (_, index) => index + 11),
  )
  expect(client.of('whale').every(({ prev, offset }) => prev === (offset ?? 0) - 1)).toBe(true)
})

test('a snapshot is, byte for byte, what the others got live', async () => {
  await using broadcast = await openBroadcast()
  using first = await connectClient(broadcast.url)
  await first.until((frames) => frames.length >= 4)
  await publishWhale(broadcast.bus, 'w1')
  await putQueue(broadcast.bus, 1)
  await putHealth(broadcast.bus, 1)
  const complete = (frames: readonly Frame[]) =>
    ['whale', 'whale_queue'].every((type) => types(frames).includes(type)) &&
    frames.some(({ type, data }) => type === 'health' && data.machine_state === 'ready')
  await first.until(complete)
  using second = await connectClient(broadcast.url)
  await second.until(complete)
  for (const type of ['whale', 'whale_queue', 'health'] as const)
    expect(second.of(type).at(-1)?.text).toBe(first.of(type).at(-1)?.text)
})

test('clients that connect in the middle of a stream see no hole and no duplicate', async () => {
  await using broadcast = await openBroadcast()
  const clients: TestClient[] = []
  const connected = new AbortController()
  let published = 0
  const publishing = (async () => {
    while (!connected.signal.aborted) {
      await nextTurn()
      await publishWhale(broadcast.bus, `w${(published += 1)}`)
    }
  })()
  while (clients.length < 20) clients.push(await connectClient(broadcast.url))
  connected.abort()
  await publishing
  for (const client of clients) {
    await client.until((frames) =>
      frames.some(({ offset, type }) => type === 'whale' && offset === published),
    )
    const offsets = client.of('whale').map(({ offset }) => offset ?? 0)
    const [from = 0] = offsets
    expect(offsets).toEqual(Array.from({ length: published - from + 1 }, (_, index) => from + index))
    client.socket.terminate()
  }
  // Each connection takes several turns, and each turn publishes.
  expect(published).toBeGreaterThan(20)
})

test('what is published while a replica reads an empty log is not missed', async () => {
  const broker = new MemoryBroker()
  const bus = createMemoryBus(broker, { instance: 'publisher' })
  const ownBus = createMemoryBus(broker, { instance: 'ws-broadcast' })
  const history = ownBus.history.bind(ownBus)
  ownBus.history = async (channel, options) => {
    const past = await history(channel, options)
    if (channel === 'whales') await publishWhale(bus, 'meanwhile')
    return past
  }
  await using broadcast = await openBroadcast({ bus, ownBus })
  using client = await connectClient(broadcast.url)
  await client.until(() => client.of('whale').length === 1)
  await publishWhale(bus, 'next')
  await client.until(() => client.of('whale').length === 2)
  expect(client.of('whale').map(({ offset, prev }) => [offset, prev])).toEqual([
    [1, 0],
    [2, 1],
  ])
})

test('before the monitor has spoken the state is unknown, not ready, and the replica is not ready either', async () => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url)
  await client.until((frames) => types(frames).includes('health'))
  expect(client.of('health')[0]?.data).toMatchObject({ status: 'unknown', machine_state: 'unknown' })
  expect(client.of('trader_status')[0]?.data).toMatchObject({ machine_state: 'unknown', health: 'unknown' })
  expect(broadcast.health.obstacles()).toEqual(['system: its state is unknown'])
  await putHealth(broadcast.bus, 1, { machine_state: 'acting' })
  await client.until((frames) => frames.at(-1)?.data.machine_state === 'acting')
  expect(broadcast.health.obstacles()).toEqual([])
  await putHealth(broadcast.bus, 2, { machine_state: 'error' })
  await client.until((frames) => frames.at(-1)?.data.machine_state === 'error')
  expect(broadcast.health.obstacles()).toEqual(['system: its state is error'])
})

test('whoever comes later reads the state back then in what happened, and the state now beside it', async () => {
  await using broadcast = await openBroadcast()
  await publishActivity(broadcast.bus, 'began', {
    activity_type: 'state_transition',
    from_state: 'initializing',
    to_state: 'ready',
  })
  await publishActivity(broadcast.bus, 'hiccup', { activity_type: 'degraded' })
  await putHealth(broadcast.bus, 1, { machine_state: 'error' })
  await putStatus(broadcast.bus, 1, { machine_state: 'error' })
  using client = await connectClient(broadcast.url)
  const now = (type: 'health' | 'trader_status') => client.of(type).at(-1)?.data.machine_state
  await client.until(() => now('health') === 'error' && now('trader_status') === 'error')
  expect(client.of('history_replay')[0]?.data.transitions).toMatchObject([{ state_at_event: 'ready' }])
  const told = await (await fetch(`${broadcast.url}v1/activity`)).json()
  expect(told).toMatchObject({
    activities: [
      { activity_id: 'hiccup', state_at_event: 'ready' },
      { activity_id: 'began', state_at_event: 'ready' },
    ],
  })
  for (const path of ['v1/health', 'v1/status'])
    expect(await (await fetch(`${broadcast.url}${path}`)).json()).toMatchObject({ machine_state: 'error' })
})

test('a health that is not told anew is not believed for ever', async () => {
  let nowMs = Date.now()
  await using broadcast = await openBroadcast({ now: () => nowMs, config: { pingIntervalMs: 100_000 } })
  using client = await connectClient(broadcast.url)
  await putHealth(broadcast.bus, 1)
  await client.until((frames) => frames.at(-1)?.data.machine_state === 'ready')
  nowMs += 12_001
  await client.until((frames) => frames.at(-1)?.data.machine_state === 'unknown')
  expect(broadcast.health.obstacles()).toEqual(['system: its state is unknown'])
  await putHealth(broadcast.bus, 2)
  await client.until((frames) => frames.at(-1)?.data.machine_state === 'ready')
})

test('a client without the subprotocol is served as well, one with it gets it', async () => {
  await using broadcast = await openBroadcast()
  using plain = await connectClient(broadcast.url, { protocols: [] })
  using named = await connectClient(broadcast.url, { protocols: ['other', 'whalecast.v1'] })
  await plain.until((frames) => frames.length > 0)
  await named.until((frames) => frames.length > 0)
  expect([plain.socket.protocol, named.socket.protocol]).toEqual(['', 'whalecast.v1'])
})
