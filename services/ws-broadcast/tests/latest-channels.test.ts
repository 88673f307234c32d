import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { sampleTradingState } from '@whalecast/events/testing'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { connectClient } from './support/connect-client.ts'
import { openBroadcast } from './support/open-broadcast.ts'
import {
  publishDecision,
  publishProcessing,
  putBook,
  putTicker,
  putTradingState,
  sampleTrade,
} from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

test('decisions come with the last ones first, then live with the processing around them, without a hole', async () => {
  await using broadcast = await openBroadcast()
  const { bus, url } = broadcast
  await publishProcessing(bus, 'd1')
  await publishDecision(bus, 'd1')
  using client = await connectClient(url)
  await client.until(() => client.of('decision').length === 1)
  expect(client.of('whale_processing')).toEqual([])
  await publishProcessing(bus, 'd2')
  await publishDecision(bus, 'd2')
  await client.until(() => client.of('decision').length === 2)
  const [first, second] = client.of('decision')
  expect(second?.prev).toBe(first?.offset)
  expect(client.of('whale_processing')).toMatchObject([{ channel: 'decisions', data: { whale_id: 'd2' } }])
  using late = await connectClient(url)
  await late.until(() => late.of('decision').length === 2)
  expect(late.of('decision').map(({ text }) => text)).toEqual(client.of('decision').map(({ text }) => text))
})

test('the trading state comes whole, or as changes for those who ask, made once for all of them', async () => {
  let nowMs = 1_000_000
  await using broadcast = await openBroadcast({ now: () => nowMs })
  const { bus, url } = broadcast
  await putTradingState(bus, 1)
  using whole = await connectClient(url)
  using one = await connectClient(url)
  using two = await connectClient(url)
  whole.send({ type: 'subscribe', channels: ['trading_state'] })
  for (const client of [one, two])
    client.send({ type: 'subscribe', channels: ['trading_state'], delta: true })
  for (const client of [whole, one, two]) await client.until(() => client.of('trading_state').length === 1)
  nowMs += 1_000
  await putTradingState(bus, 2)
  for (const client of [one, two]) await client.until(() => client.of('trading_state_delta').length === 1)
  await whole.until(() => whole.of('trading_state').length === 2)
  expect(one.of('trading_state_delta')[0]).toMatchObject({
    channel: 'trading_state',
    version: 2,
    data: { base_version: 1, version: 2, balance_change: -1, set: { balance: 99_998 } },
  })
  expect(whole.of('trading_state_delta')).toEqual([])
  expect(await broadcast.metric('ws_frames_encoded_total', { type: 'trading_state_delta' })).toBe(1)

  one.send({ type: 'resync', channel: 'trading_state' })
  await one.until(() => one.of('trading_state').length === 2)
  expect(one.of('trading_state')[1]?.text).toBe(whole.of('trading_state')[1]?.text)

  // The other form of the channel replaces this one.
  two.send({ type: 'subscribe', channels: ['trading_state'] })
  await two.until(() => two.of('trading_state').length === 2)
  nowMs += 1_000
  await putTradingState(bus, 3)
  await two.until(() => two.of('trading_state').length === 3)
  expect(two.of('trading_state_delta')).toHaveLength(1)
  expect(
    two
      .of('subscribed')
      .at(-1)
      ?.data.channels.filter((name: string) => name === 'trading_state'),
  ).toEqual(['trading_state'])
  two.send({ type: 'unsubscribe', channels: ['trading_state'] })
  await two.until(() => two.of('subscribed').length === 3)
  expect(two.of('subscribed').at(-1)?.data.channels).not.toContain('trading_state')
})

test('a reporter that begins anew has its state told whole to everybody', async () => {
  let nowMs = 1_000_000
  await using broadcast = await openBroadcast({ now: () => nowMs })
  const { bus, url } = broadcast
  await putTradingState(bus, 7)
  using client = await connectClient(url)
  client.send({ type: 'subscribe', channels: ['trading_state'], delta: true })
  await client.until(() => client.of('trading_state').length === 1)
  nowMs += 1_000
  await bus.put(
    'trading_state',
    { type: 'trading_state', data: sampleTradingState(1) },
    { fence: { owner: 'test', term: 2 }, version: 1 },
  )
  await client.until(() => client.of('trading_state').length === 2)
  expect(client.of('trading_state_delta')).toEqual([])
})

test('what a client does not listen to, or what has no newest value, is not resynced', async () => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url)
  for (const channel of ['trading_state', 'whales', 'nonsense', 'book:KXA'])
    client.send({ type: 'resync', channel })
  await client.until(() => client.of('error').length === 4)
  expect(new Set(client.of('error').map(({ data }) => data.code))).toEqual(new Set(['not_subscribed']))
})

test('a book is followed on the bus while somebody looks at it: first the newest, then at most ten a second', async () => {
  let nowMs = 1_000_000
  await using broadcast = await openBroadcast({ now: () => nowMs, config: { pingIntervalMs: 100 } })
  const { bus, ownBus, url } = broadcast
  const idle = ownBus.subscriptionCount
  await putBook(bus, 'KXA', 10)
  using one = await connectClient(url)
  one.send({ type: 'subscribe', channels: ['book:KXA', 'ticker:KXA'] })
  await one.until(() => one.of('book').length === 1)
  expect(ownBus.subscriptionCount).toBe(idle + 2)
  await putTicker(bus, 'KXA', 55)
  await putTicker(bus, 'KXB', 66)
  await one.until(() => one.of('ticker').length === 1)
  for (let bid = 11; bid <= 30; bid++) await putBook(bus, 'KXA', bid)
  await one.until(() => one.of('book').at(-1)?.data.best_yes_bid_cents === 30)
  expect(one.of('book').map(({ data }) => data.best_yes_bid_cents)).toEqual([10, 30])
  expect(await broadcast.metric('ws_conflated_total', { where: 'replica' })).toBe(19)

  using two = await connectClient(url)
  two.send({ type: 'subscribe', channels: ['book:KXA'] })
  await two.until(() => two.of('book').length === 1)
  expect(two.of('book')[0]?.text).toBe(one.of('book').at(-1)?.text)
  expect(ownBus.subscriptionCount).toBe(idle + 2)

  one.socket.terminate()
  two.send({ type: 'unsubscribe', channels: ['book:KXA'] })
  await two.until(() => two.of('subscribed').length === 2)
  await eventually(() => broadcast.facts.read()['ws_clients'] === 1)
  nowMs += 5_000
  await eventually(() => ownBus.subscriptionCount === idle)
  two.send({ type: 'subscribe', channels: ['book:KXA'] })
  await two.until(() => two.of('book').length === 2)
  expect(two.of('book')[1]?.data.best_yes_bid_cents).toBe(30)
})

test('a client above its rate gets no more prints than that; what is left out is counted, per channel and client', async () => {
  await using broadcast = await openBroadcast({
    now: () => 1_000_000,
    config: { rates: { perClient: 1e9, perChannel: 20 } },
  })
  const { bus, url } = broadcast
  using client = await connectClient(url)
  client.send({ type: 'subscribe', channels: ['tape'] })
  await client.until(() => client.of('subscribed').length === 1)
  bus.print(
    'tape',
    'trade',
    Array.from({ length: 500 }, (_, id) => sampleTrade(`${id}`)),
  )
  const suppressed = () => broadcast.metric('ws_suppressed_total', { channel: 'tape' })
  await eventually(async () => (await suppressed()) > 0)
  await publishDecision(bus, 'last')
  await client.until(() => client.of('decision').length === 1)
  expect(client.of('trade').length).toBeLessThanOrEqual(25)
  expect(client.of('trade').length + (await suppressed())).toBe(500)
})
