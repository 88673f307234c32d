import { expect, test } from '@jest/globals'
import { openClient } from './open-client.ts'
import { openServer } from './open-server.ts'

const entry = (offset: number, prev = offset - 1) => ({ channel: 'feed', epoch: 1, offset, prev })
const state = (source: string) => ({ source, state: 'live', reason: '', since_ms: 1 })
const at = (offset: number) => ({ epoch: 1, offset })

test('who comes back asks for nothing by default, and for every log from where it stands', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url, channels: ['feed', 'tape'] })
  const { client } = opened
  const first = await server.accept()
  expect(first.path).toBe('/ws')
  expect(await first.next(1)).toEqual([{ type: 'subscribe', channels: ['feed', 'tape'] }])
  const frames = client.frames({ types: ['feed_state', 'gap', 'subscribed'] })
  // Whales are on by default and quiet: their place is known all the same.
  first.greet({ channels: ['system', 'whales'], positions: { whales: at(70), feed: at(3) } })
  first.say('subscribed', { channels: ['system', 'whales', 'feed', 'tape'] })
  first.say('feed_state', state('A'), entry(3))
  first.say('ping', { timestamp_ms: 1, positions: { feed: at(5), whales: at(71), decisions: at(9) } })
  await frames.next()
  await frames.next()
  await first.heard('pong')
  await first.close(1012)

  const second = await server.accept()
  expect(second.path).toBe('/ws?defaults=off')
  second.greet({ channels: [], positions: { whales: at(90), feed: at(8) } })
  // A ping before the answer says nothing of what this client was sent.
  second.say('ping', { timestamp_ms: 2, positions: { whales: at(90), feed: at(8) } })
  expect((await second.next(2)).at(0)).toEqual({
    type: 'subscribe',
    channels: ['system', 'whales', 'feed', 'tape'],
    resume: { whales: at(71), feed: at(5) },
  })
  for (const offset of [6, 7, 8]) second.say('feed_state', state(`B${offset}`), entry(offset))
  const resumed = { feed: { ...at(8), recovered: true }, whales: { ...at(90), recovered: true } }
  second.say('subscribed', { channels: ['system', 'whales', 'feed', 'tape'], resumed })
  second.say('feed_state', state('C'), entry(9))
  const seen = []
  for (let count = 0; count < 5; count += 1) seen.push((await frames.next()).value)
  expect(seen.map((frame) => frame?.offset ?? frame?.type)).toEqual([6, 7, 8, 'subscribed', 9])
  expect(client.stats).toMatchObject({ gaps: 0, resumed: 2, unrecovered: 0 })
  await second.close(1012)
  const third = await server.accept()
  expect(await third.next(1)).toMatchObject([{ resume: { whales: at(90), feed: at(9) } }])
})

test('what cannot be sent again is told once, and the history that follows is no duplicate', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url, channels: ['feed'], defaults: false })
  const { client } = opened
  const first = await server.accept()
  expect(first.path).toBe('/ws?defaults=off')
  const frames = client.frames({ types: ['feed_state', 'gap'] })
  first.say('feed_state', state('A'), entry(3))
  await frames.next()
  await first.close(1012)
  const second = await server.accept()
  second.say('gap', { channel: 'feed', epoch: 1, from: 4, to: 40, reason: 'trimmed' }, { channel: 'feed' })
  second.say('feed_state', state('B'), entry(41))
  second.say('subscribed', { channels: ['feed'], resumed: { feed: { ...at(41), recovered: false } } })
  second.say('feed_state', state('C'), entry(42))
  expect((await frames.next()).value?.data).toMatchObject({ from: 4, to: 40 })
  expect((await frames.next()).value?.offset).toBe(41)
  expect((await frames.next()).value?.offset).toBe(42)
  expect(client.stats).toMatchObject({ gaps: 1, unrecovered: 1, duplicates: 0 })
})

test('a server that says that something is missing, and not what, leaves a gap all the same', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url, channels: ['feed'], defaults: false })
  const first = await server.accept()
  const frames = opened.client.frames({ types: ['feed_state', 'gap'] })
  first.say('feed_state', state('A'), entry(3))
  await frames.next()
  await first.close(1012)
  const second = await server.accept()
  second.say('subscribed', { channels: ['feed'], resumed: { feed: { ...at(9), recovered: false } } })
  second.say('feed_state', state('B'), entry(10))
  expect((await frames.next()).value?.data).toEqual({
    channel: 'feed',
    epoch: 1,
    from: 4,
    to: 9,
    reason: 'not_recovered',
  })
  expect((await frames.next()).value?.offset).toBe(10)
})

test('frames of a batch are taken one by one; a type from the future keeps its place in the log', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url })
  const peer = await server.accept()
  const frames = opened.client.frames({ types: ['feed_state', 'gap'] })
  const text = (type: string, offset: number) =>
    JSON.stringify({ type, ts: 1, data: state(`${offset}`), ...entry(offset) })
  peer.sayText([text('feed_state', 1), text('feed_weather', 2), text('feed_state', 3)].join('\n'))
  expect((await frames.next()).value?.offset).toBe(1)
  expect((await frames.next()).value?.offset).toBe(3)
  expect(opened.client.stats).toMatchObject({ unknownFrames: 1, gaps: 0, frames: 2 })
})

test('without batches only the plain protocol is offered', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url, batch: false })
  expect(opened.client.state.type).toBe('connecting')
  expect((await server.accept()).protocols).toEqual(['whalecast.v1'])
})

test('a default that a later token opens is asked for where nothing is on by itself', async () => {
  await using server = await openServer()
  let token: string | undefined
  using opened = openClient({ url: server.url, token: () => token })
  const first = await server.accept()
  const greeted = opened.client.frames({ types: ['connection'] })
  first.greet({ channels: ['system'] })
  await greeted.next()
  token = 'secret'
  await first.close(1012)
  const second = await server.accept()
  expect(await second.next(2)).toEqual([
    { type: 'auth', token: 'secret' },
    { type: 'subscribe', channels: ['system'] },
  ])
  second.say('authenticated', { name: 'bot', scopes: ['market', 'account'] })
  expect(await second.next(1)).toEqual([
    { type: 'subscribe', channels: ['status', 'health', 'whales', 'decisions', 'whale_queue'] },
  ])
})

test('a program that comes back after its end goes on where it had come to', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url, defaults: false, resumeFrom: { feed: at(7) } })
  const { client } = opened
  const peer = await server.accept()
  const seen: (number | undefined)[] = []
  const gaps: number[] = []
  client.subscribe('feed', ({ offset }) => seen.push(offset), { onGap: ({ data }) => gaps.push(data.to) })
  expect(await peer.next(1)).toEqual([{ type: 'subscribe', channels: ['feed'], resume: { feed: at(7) } }])
  const frames = client.frames({ types: ['error'] })
  for (const offset of [7, 8, 11]) peer.say('feed_state', state('A'), entry(offset))
  peer.say('error', { code: 'bad_json', message: '' })
  await frames.next()
  expect({ seen, gaps }).toEqual({ seen: [8, 11], gaps: [10] })
})

test('what crosses an unsubscribe leaves no gap when the channel is asked for again', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url, channels: ['feed'], defaults: false })
  const { client } = opened
  const peer = await server.accept()
  const frames = client.frames({ types: ['feed_state', 'gap'] })
  peer.say('feed_state', state('A'), entry(1))
  await frames.next()
  client.unsubscribe(['feed'])
  peer.say('feed_state', state('B'), entry(2))
  await frames.next()
  client.subscribe(['feed'])
  peer.say('feed_state', state('C'), entry(30))
  expect((await frames.next()).value?.offset).toBe(30)
  expect(client.stats.gaps).toBe(0)
})
