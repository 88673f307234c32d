import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { connectClient } from './support/connect-client.ts'
import { openBroadcast } from './support/open-broadcast.ts'
import { publishActivity, publishWhale, sampleTrade } from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

test('a channel that was given up is not delivered any more, the others are', async () => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url)
  client.send({ type: 'unsubscribe', channels: ['whales', 'status'] })
  await client.until(() => client.of('subscribed').length === 1)
  expect(client.of('subscribed')[0]?.data.channels).toEqual(['system', 'health', 'decisions', 'whale_queue'])
  await publishWhale(broadcast.bus, 'unwanted')
  await publishActivity(broadcast.bus, 'wanted')
  await client.until(() => client.of('system_activity').length === 1)
  expect(client.of('whale')).toEqual([])
})

test('who comes back to a channel is shown what was missed, then live, without a duplicate', async () => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url)
  client.send({ type: 'unsubscribe', channels: ['whales'] })
  await client.until(() => client.of('subscribed').length === 1)
  await publishWhale(broadcast.bus, 'w1')
  client.send({ type: 'subscribe', channels: ['whales', 'whales'] })
  client.send({ type: 'subscribe', channels: ['whales'] })
  await client.until(() => client.of('subscribed').length === 3)
  await publishWhale(broadcast.bus, 'w2')
  await client.until((frames) => frames.at(-1)?.data.whale_id === 'w2')
  expect(client.of('whale').map(({ data }) => data.whale_id)).toEqual(['w1', 'w2'])
  expect(client.of('subscribed').at(-1)?.data.channels).toEqual([
    'system',
    'status',
    'health',
    'decisions',
    'whale_queue',
    'whales',
  ])
})

test('a channel that does not exist is an error; the rest of the request holds', async () => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url)
  client.send({ type: 'subscribe', channels: ['tape', 'nonsense', 'whales:KXA'] })
  await client.until(() => client.of('subscribed').length === 1)
  expect(client.of('error').map(({ data }) => data.code)).toEqual(['unknown_channel'])
  expect(client.of('subscribed')[0]?.data.channels).toContain('tape')
  expect(await broadcast.metric('ws_client_problems_total', { reason: 'unknown_channel' })).toBe(1)
})

test('one client cannot listen to more than 256 channels', async () => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url)
  const channels = Array.from({ length: 256 }, (_, index) => `tape:KX${index}`)
  client.send({ type: 'subscribe', channels })
  await client.until(() => client.of('subscribed').length === 1)
  expect(client.of('error').map(({ data }) => data.code)).toEqual(['too_many_channels'])
  expect(client.of('subscribed')[0]?.data.channels).toHaveLength(6)
})

test('the tape is read from the bus only while somebody listens, and each gets the markets it asked for', async () => {
  let nowMs = 1_000_000
  await using broadcast = await openBroadcast({ now: () => nowMs, config: { pingIntervalMs: 100 } })
  const { bus, ownBus } = broadcast
  const idle = ownBus.subscriptionCount
  using one = await connectClient(broadcast.url)
  using all = await connectClient(broadcast.url)
  one.send({ type: 'subscribe', channels: ['tape:KXA'] })
  all.send({ type: 'subscribe', channels: ['tape'] })
  await one.until(() => one.of('subscribed').length === 1)
  await all.until(() => all.of('subscribed').length === 1)
  expect(ownBus.subscriptionCount).toBe(idle + 1)
  bus.print('tape', 'trade', [sampleTrade('1', 'KXA'), sampleTrade('2', 'KXB'), sampleTrade('3', 'KXA')])
  await all.until(() => all.of('trade').length === 3)
  await one.until(() => one.of('trade').length === 2)
  expect(one.of('trade').map(({ data, channel }) => [channel, data.trade_id])).toEqual([
    ['tape:KXA', '1'],
    ['tape:KXA', '3'],
  ])
  expect(await broadcast.metric('ws_frames_encoded_total', { type: 'trade' })).toBe(5)

  using late = await connectClient(broadcast.url)
  late.send({ type: 'subscribe', channels: ['tape'] })
  await late.until(() => late.of('trade').length === 3)
  expect(late.of('trade').map(({ text }) => text)).toEqual(all.of('trade').map(({ text }) => text))

  one.send({ type: 'unsubscribe', channels: ['tape:KXA'] })
  await one.until(() => one.of('subscribed').length === 2)
  all.socket.terminate()
  late.socket.terminate()
  await eventually(() => broadcast.facts.read()['ws_clients'] === 1)
  expect(ownBus.subscriptionCount).toBe(idle + 1)
  nowMs += 5_000
  await eventually(() => ownBus.subscriptionCount === idle)
})

test('a ping is answered with the time it carried, or with the server’s', async () => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url)
  for (const timestamp_ms of [123, 1.5, -1, undefined]) client.send({ type: 'ping', timestamp_ms })
  await client.until(() => client.of('pong').length === 4)
  const [echoed, ...own] = client.of('pong').map(({ data }) => data.timestamp_ms)
  expect(echoed).toBe(123)
  for (const timestamp of own) expect(Math.abs(Date.now() - timestamp)).toBeLessThan(60_000)
})
