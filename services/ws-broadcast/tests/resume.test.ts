import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { createMemoryBus, MemoryBroker } from '@whalecast/bus'
import type { Position } from '@whalecast/events'
import { watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { connectClient, type Frame, type TestClient } from './support/connect-client.ts'
import { openBroadcast } from './support/open-broadcast.ts'
import { publishActivity, publishWhale } from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

const comingBack = { query: '?defaults=off' }
const isResumed = (frames: readonly Frame[]) => frames.some(({ data }) => data?.resumed !== undefined)
const resumedOf = (client: TestClient) => client.of('subscribed').at(-1)?.data.resumed
/** Where a client stands that has read everything it was sent. */
function placeOf(client: TestClient, channel: string): Position {
  const { epoch = 0, offset = 0 } =
    client.frames.findLast((frame) => frame.channel === channel && frame.epoch !== undefined) ?? {}
  return { epoch, offset }
}

test('a client that comes back is sent what it missed, then live, and is told so', async () => {
  await using broadcast = await openBroadcast()
  using first = await connectClient(broadcast.url)
  for (const id of ['w1', 'w2']) await publishWhale(broadcast.bus, id)
  await first.until(() => first.of('whale').length === 2)
  const place = placeOf(first, 'whales')
  first.socket.terminate()
  for (const id of ['w3', 'w4']) await publishWhale(broadcast.bus, id)

  using second = await connectClient(broadcast.url, comingBack)
  second.send({ type: 'subscribe', channels: ['whales', 'health'], resume: { whales: place } })
  await second.until(isResumed)
  await publishWhale(broadcast.bus, 'w5')
  await second.until(() => second.of('whale').length === 3)
  expect(second.of('whale').map(({ data }) => data.whale_id)).toEqual(['w3', 'w4', 'w5'])
  expect(second.of('whale').map(({ prev }) => prev)).toEqual([2, 3, 4])
  expect(second.frames.map(({ type }) => type)).toEqual([
    'connection',
    'whale',
    'whale',
    'subscribed',
    'health',
    'whale',
  ])
  expect(second.of('subscribed')[0]?.data).toEqual({
    channels: ['whales', 'health'],
    resumed: { whales: { epoch: place.epoch, offset: 4, recovered: true } },
  })
})

test('a place that is proved to be the newest is resumed without a frame', async () => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url, comingBack)
  await client.until((frames) => frames.length > 0)
  const { positions } = client.of('connection')[0]?.data ?? {}
  expect(client.of('connection')[0]?.data.channels).toEqual([])
  client.send({ type: 'subscribe', channels: ['whales', 'system'], resume: positions })
  await client.until((frames) => frames.some(({ type }) => type === 'error'))
  // `decisions` and `feed` are no channels of that frame: nothing of it was obeyed.
  expect(client.of('error')[0]?.data.code).toBe('bad_frame')
  const { whales, system } = positions
  client.send({ type: 'subscribe', channels: ['whales', 'system'], resume: { whales, system } })
  await client.until(isResumed)
  expect(resumedOf(client)).toEqual({
    whales: { ...whales, recovered: true },
    system: { ...system, recovered: true },
  })
  expect(client.frames.map(({ type }) => type)).toEqual(['connection', 'error', 'subscribed'])
})

test('what is the account’s is passed over for others, without a hole', async () => {
  const broker = new MemoryBroker()
  const bus = createMemoryBus(broker, { instance: 'publisher' })
  await publishActivity(bus, 'a1')
  await using broadcast = await openBroadcast({
    bus,
    ownBus: createMemoryBus(broker, { instance: 'ws-broadcast' }),
    config: {
      access: {
        tokens: [{ name: 'bot', hash: Buffer.alloc(32), scopes: ['account'] }],
        tokensFile: undefined,
        dataDir: '/nonexistent',
      },
    },
  })
  const place = await bus.head('system')
  for (const id of ['a2', 'a3']) await publishActivity(bus, id, { activity_type: 'order_fill' })
  await publishActivity(bus, 'a4')
  using client = await connectClient(broadcast.url, comingBack)
  client.send({ type: 'subscribe', channels: ['system'], resume: { system: place } })
  await client.until(isResumed)
  await publishActivity(bus, 'a5', { activity_type: 'order_fill' })
  await publishActivity(bus, 'a6')
  await client.until(() => client.of('system_activity').length === 2)
  expect(client.of('system_activity').map(({ offset, prev }) => [offset, prev])).toEqual([
    [4, 1],
    [6, 4],
  ])
  expect(resumedOf(client)).toEqual({ system: { epoch: place.epoch, offset: 4, recovered: true } })
})

test('a place of another epoch cannot be proved: a gap says so, the snapshot follows, live goes on', async () => {
  await using broadcast = await openBroadcast()
  for (const id of ['w1', 'w2']) await publishWhale(broadcast.bus, id)
  const { epoch } = await broadcast.bus.head('whales')
  using client = await connectClient(broadcast.url, comingBack)
  client.send({ type: 'subscribe', channels: ['whales'], resume: { whales: { epoch: 5, offset: 9 } } })
  await client.until(isResumed)
  expect(client.frames.map(({ type }) => type)).toEqual(['connection', 'gap', 'whale', 'whale', 'subscribed'])
  expect(client.of('gap')[0]?.data).toEqual({
    channel: 'whales',
    epoch,
    from: 1,
    to: 0,
    reason: 'epoch_changed',
  })
  expect(resumedOf(client)).toEqual({ whales: { epoch, offset: 2, recovered: false } })
})

test('pings tell how far this replica has come in the logs that the client listens to', async () => {
  await using broadcast = await openBroadcast({ config: { pingIntervalMs: 100 } })
  using client = await connectClient(broadcast.url, comingBack)
  await publishWhale(broadcast.bus, 'w1')
  const head = await broadcast.bus.head('whales')
  // It might be asking for the log from an earlier place at this very moment.
  await client.until(() => client.of('ping').length > 0)
  expect(client.of('ping').at(-1)?.data.positions).toEqual({})
  client.send({ type: 'subscribe', channels: ['whales'] })
  await client.until(() => client.of('ping').at(-1)?.data.positions.whales?.offset === 1)
  expect(client.of('ping').at(-1)?.data.positions).toEqual({ whales: head })
})

test('a ping never says more than what was sent before it, however fast the log moves', async () => {
  await using broadcast = await openBroadcast({ config: { pingIntervalMs: 300 } })
  using client = await connectClient(broadcast.url)
  let published = 0
  while (client.of('ping').length < 3) {
    for (let burst = 0; burst < 5; burst += 1) await publishWhale(broadcast.bus, `w${(published += 1)}`)
    await nextTurn()
  }
  await client.until(() => client.of('whale').at(-1)?.offset === published)
  let sent = 0
  for (const { type, offset = 0, data } of client.frames) {
    if (type === 'whale') sent = offset
    if (type === 'ping') expect(data.positions.whales.offset).toBe(sent)
  }
})
