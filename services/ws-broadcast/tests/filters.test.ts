import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { connectClient, type TestClient } from './support/connect-client.ts'
import { openBroadcast } from './support/open-broadcast.ts'
import { publishActivity, publishDecision, publishWhale, sampleTrade } from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

const bare = { query: '?defaults=off' }
const subscribed = (client: TestClient, count = 1) =>
  client.until(() => client.of('subscribed').length === count)
const whalesOf = (client: TestClient) => client.of('whale').map(({ data }) => data.whale_id)
const tradesOf = (client: TestClient) => client.of('trade').map(({ data }) => data.trade_id)

test('a filtered log has a chain of its own: what does not pass leaves no hole, and equal filters share the frame', async () => {
  await using broadcast = await openBroadcast()
  const { bus, url } = broadcast
  for (const [id, whale_size_dollars] of [
    ['w1', 10],
    ['w2', 900],
    ['w3', 20],
  ] as const)
    await publishWhale(bus, id, { whale_size_dollars })
  using one = await connectClient(url, bare)
  using two = await connectClient(url, bare)
  using all = await connectClient(url, bare)
  one.send({ type: 'subscribe', channels: ['whales'], filter: { min_size_dollars: 500, min_severity: 'S1' } })
  two.send({ type: 'subscribe', channels: ['whales'], filter: { min_size_dollars: 500 } })
  all.send({ type: 'subscribe', channels: ['whales'] })
  for (const client of [one, two, all]) await subscribed(client)
  expect(one.of('subscribed')[0]?.data).toEqual({
    channels: ['whales'],
    filters: { whales: { min_size_dollars: 500 } },
  })
  expect(await broadcast.metric('ws_filters')).toBe(1)
  const before = await broadcast.metric('ws_frames_encoded_total', { type: 'whale' })
  await publishWhale(bus, 'w4', { whale_size_dollars: 30 })
  await publishWhale(bus, 'w5', { whale_size_dollars: 500 })
  await all.until(() => all.of('whale').length === 5)
  for (const client of [one, two]) await client.until(() => client.of('whale').length === 2)
  expect(one.of('whale').map(({ data, prev, offset }) => [data.whale_id, prev, offset])).toEqual([
    ['w2', 0, 2],
    ['w5', 2, 5],
  ])
  expect(two.of('whale').map(({ text }) => text)).toEqual(one.of('whale').map(({ text }) => text))
  expect(all.of('whale').map(({ prev }) => prev)).toEqual([0, 1, 2, 3, 4])
  // w4 and w5 for everybody, w5 once more for the filter.
  expect((await broadcast.metric('ws_frames_encoded_total', { type: 'whale' })) - before).toBe(3)
})

test('another filter of the same channel takes the place of the first, and none ends it', async () => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url, bare)
  client.send({ type: 'subscribe', channels: ['whales'], filter: { min_severity: 'S4' } })
  await subscribed(client)
  client.send({ type: 'subscribe', channels: ['whales'], filter: { severity: ['S2'] } })
  await subscribed(client, 2)
  expect(client.of('subscribed')[1]?.data.filters).toEqual({ whales: { severity: ['S2'] } })
  await publishWhale(broadcast.bus, 'w1', { severity: 'S4' })
  await publishWhale(broadcast.bus, 'w2', { severity: 'S2' })
  await client.until(() => client.of('whale').length === 1)
  expect(whalesOf(client)).toEqual(['w2'])
  client.send({ type: 'subscribe', channels: ['whales'] })
  await client.until(() => client.of('whale').length === 3)
  expect(client.of('subscribed')[2]?.data).toEqual({ channels: ['whales'] })
  expect(whalesOf(client).slice(1)).toEqual(['w1', 'w2'])
  expect(await broadcast.metric('ws_filters')).toBe(0)
})

test.each([
  { note: 'an unknown key', channels: ['whales'], filter: { colour: ['red'] } },
  {
    note: 'a key without meaning for one of the channels',
    channels: ['whales', 'health'],
    filter: { min_size_dollars: 5 },
  },
  { note: 'a severity of another channel', channels: ['system'], filter: { severity: ['S3'] } },
  { note: 'too many values', channels: ['tape'], filter: { ticker_prefix: Array(17).fill('KX') } },
])('bad_filter, and nothing of the frame is on: $note', async ({ channels, filter }) => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url, bare)
  client.send({ type: 'subscribe', channels, filter })
  client.send({ type: 'unsubscribe', channels: ['feed'] })
  await subscribed(client)
  expect(client.frames.map(({ type }) => type)).toEqual(['connection', 'error', 'subscribed'])
  expect(client.of('error')[0]?.data.code).toBe('bad_filter')
  expect(client.of('subscribed')[0]?.data).toEqual({ channels: [] })
  expect(await broadcast.metric('ws_client_problems_total', { reason: 'bad_filter' })).toBe(1)
})

test('a client has at most 8 filtered channels and 8 wildcards', async () => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url, bare)
  const some = (count: number, name: (index: number) => string) =>
    Array.from({ length: count }, (_, i) => name(i))
  client.send({
    type: 'subscribe',
    channels: some(9, (i) => `tape:KXA-${i}`),
    filter: { min_size_dollars: 1 },
  })
  client.send({ type: 'subscribe', channels: some(9, (i) => `tape:KXA-${i}*`) })
  client.send({
    type: 'subscribe',
    channels: some(8, (i) => `tape:KXA-${i}`),
    filter: { min_size_dollars: 1 },
  })
  client.send({ type: 'subscribe', channels: some(8, (i) => `tape:KXB-${i}*`) })
  client.send({ type: 'subscribe', channels: ['tape'], filter: { min_size_dollars: 1 } })
  await client.until(() => client.of('error').length === 3)
  expect(client.of('error').map(({ data }) => data.code)).toEqual(Array(3).fill('too_many_filters'))
  expect(client.of('subscribed').map(({ data }) => data.channels.length)).toEqual([8, 16])
  expect(await broadcast.metric('ws_filters')).toBe(16)
})

test('system: transitions and activities by severity, with and without what is the account’s', async () => {
  const token = 'of-the-account'
  const hash = createHash('sha256').update(token).digest()
  await using broadcast = await openBroadcast({
    config: {
      access: {
        tokens: [{ name: 'bot', hash, scopes: ['market', 'account'] }],
        tokensFile: undefined,
        dataDir: '/nonexistent',
      },
    },
  })
  const { bus, url } = broadcast
  const error = { metadata: { severity: 'error' } } as const
  await publishActivity(bus, 't1', { activity_type: 'state_transition', ...error })
  await publishActivity(bus, 't2', { activity_type: 'state_transition', metadata: { severity: 'info' } })
  using client = await connectClient(url, bare)
  client.send({ type: 'subscribe', channels: ['system'], filter: { min_severity: 'error' } })
  await client.until(() => client.of('history_replay').length === 1)
  expect(client.of('history_replay')[0]?.data.transitions).toMatchObject([{ activity_id: 't1' }])
  await publishActivity(bus, 'a3', { activity_type: 'trading_error', ...error })
  await publishActivity(bus, 'a4', { activity_type: 'handler_error', metadata: {} })
  await client.until(() => client.of('system_activity').length === 1)
  expect(client.of('system_activity')).toMatchObject([{ prev: 1, offset: 4, data: { activity_id: 'a4' } }])
  client.send({ type: 'auth', token })
  await client.until(() => client.of('authenticated').length === 1)
  await publishActivity(bus, 'a5', { activity_type: 'trading_error', ...error })
  await client.until(() => client.of('system_activity').length === 2)
  expect(client.of('system_activity')[1]).toMatchObject({ prev: 4, offset: 5 })
  expect(client.of('subscribed').at(-1)?.data.filters).toEqual({ system: { severity: ['error'] } })
})

test('decisions of some markets: what goes on before a decision does not say its market', async () => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url, bare)
  client.send({ type: 'subscribe', channels: ['decisions'], filter: { ticker_prefix: ['KXOTHER'] } })
  await subscribed(client)
  await publishDecision(broadcast.bus, 'd1')
  await publishDecision(broadcast.bus, 'd2', { market_ticker: 'KXOTHER-1' })
  await client.until(() => client.of('decision').length === 1)
  expect(client.of('decision')).toMatchObject([{ prev: 0, offset: 2, data: { whale_id: 'd2' } }])
})

test('wildcards and filters on the tape; the bus is read while any form is listened to', async () => {
  let nowMs = 1_000_000
  await using broadcast = await openBroadcast({ now: () => nowMs, config: { pingIntervalMs: 100 } })
  const { bus, ownBus, url } = broadcast
  const idle = ownBus.subscriptionCount
  using nfl = await connectClient(url, bare)
  using large = await connectClient(url, bare)
  nfl.send({ type: 'subscribe', channels: ['tape:KXNFL*', 'tape:KX*', 'book:KXNFL*'] })
  large.send({ type: 'subscribe', channels: ['tape'], filter: { min_size_dollars: 50 } })
  for (const client of [nfl, large]) await subscribed(client)
  expect(nfl.of('error').map(({ data }) => data.code)).toEqual(['unknown_channel'])
  expect(nfl.of('subscribed')[0]?.data.channels).toEqual(['tape:KXNFL*'])
  expect(ownBus.subscriptionCount).toBe(idle + 1)
  const size = (contracts: number) => ({ count_e2: contracts * 100 })
  bus.print('tape', 'trade', [
    { ...sampleTrade('1', 'KXNFL-A'), ...size(10) },
    { ...sampleTrade('2', 'KXNBA-A'), ...size(100) },
    { ...sampleTrade('3', 'KXNFLGAME-B'), ...size(100) },
  ])
  await nfl.until(() => nfl.of('trade').length === 2)
  await large.until(() => large.of('trade').length === 2)
  expect(tradesOf(nfl)).toEqual(['1', '3'])
  expect(new Set(nfl.of('trade').map(({ channel }) => channel))).toEqual(new Set(['tape:KXNFL*']))
  expect(tradesOf(large)).toEqual(['2', '3'])
  // Who comes later is shown the newest that pass.
  using late = await connectClient(url, bare)
  late.send({ type: 'subscribe', channels: ['tape:KXNFL*'], filter: { min_size_dollars: 50 } })
  await late.until(() => late.of('trade').length === 1)
  expect(tradesOf(late)).toEqual(['3'])
  for (const client of [nfl, large, late])
    client.send({ type: 'unsubscribe', channels: ['tape', 'tape:KXNFL*'] })
  for (const client of [nfl, large, late]) await subscribed(client, 2)
  expect(ownBus.subscriptionCount).toBe(idle + 1)
  nowMs += 5_000
  await large.until(() => ownBus.subscriptionCount === idle)
})
