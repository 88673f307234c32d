import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { createMemoryBus, MemoryBroker } from '@whalecast/bus'
import { SignJWT } from 'jose'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { parseStaticTokens } from '../src/domain/access/static-tokens.ts'
import { connectClient } from './support/connect-client.ts'
import { connectEvents, type EventClient } from './support/connect-events.ts'
import { ask } from './support/http.ts'
import { defaultLimits, openBroadcast, type BroadcastOptions } from './support/open-broadcast.ts'
import {
  publishActivity,
  publishDecision,
  publishFeedState,
  publishWhale,
  putQueue,
  putTradingState,
  sampleTrade,
} from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex')
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const withTokens = (): NonNullable<BroadcastOptions['config']> => ({
  access: {
    tokens: parseStaticTokens([`desk:${sha256('d')}:account`, `wall:${sha256('w')}:market`]),
    tokensFile: undefined,
    dataDir: '/nonexistent',
  },
})
const whalesOf = (client: EventClient) => client.of('whale').map(({ data }) => data.whale_id)

describe('what comes', () => {
  test('is what a socket gets, text for text', async () => {
    await using broadcast = await openBroadcast()
    const { url, bus } = broadcast
    await publishWhale(bus, 'before')
    using events = await connectEvents(url)
    using socket = await connectClient(url)
    await publishWhale(bus, 'w1')
    await putQueue(bus, 1)
    await socket.until(() => socket.of('whale').length === 2 && socket.of('whale_queue').length === 1)
    await events.until(({ of }) => of('whale').length === 2 && of('whale_queue').length === 1)
    for (const type of ['whale', 'whale_queue', 'history_replay', 'health'] as const)
      expect(events.of(type).map(({ text }) => text)).toEqual(socket.of(type).map(({ text }) => text))
    expect(events.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
    })
    expect(events.retry).toBeGreaterThanOrEqual(1_000)
    expect(events.of('subscribed')[0]?.data.channels).toEqual(socket.of('connection')[0]?.data.channels)
  })

  test('is made once for all who listen', async () => {
    await using broadcast = await openBroadcast()
    const streams = await Promise.all(
      Array.from({ length: 20 }, () => connectEvents(broadcast.url, '?channels=whales,tape')),
    )
    for (const stream of streams) await stream.until(({ of }) => of('subscribed').length === 1)
    await publishWhale(broadcast.bus, 'w1')
    broadcast.bus.print('tape', 'trade', [sampleTrade('t1')])
    for (const stream of streams)
      await stream.until(({ of }) => of('whale').length === 1 && of('trade').length === 1)
    for (const type of ['whale', 'trade'])
      expect(await broadcast.metric('ws_frames_encoded_total', { type })).toBe(1)
    expect(new Set(streams.map(({ lastId }) => lastId)).size).toBe(1)
    for (const stream of streams) stream[Symbol.dispose]()
  })

  test('are the channels that were asked for, the trading state as changes too', async () => {
    await using broadcast = await openBroadcast()
    await putTradingState(broadcast.bus, 1)
    using events = await connectEvents(broadcast.url, '?channels=trading_state,tape:KXA&delta=true')
    await events.until(({ of }) => of('trading_state').length === 1)
    await putTradingState(broadcast.bus, 2)
    broadcast.bus.print('tape', 'trade', [sampleTrade('t1', 'KXA'), sampleTrade('t2', 'KXB')])
    await events.until(({ of }) => of('trading_state_delta').length === 1 && of('trade').length === 1)
    await publishWhale(broadcast.bus, 'w1')
    expect(events.of('trade')[0]?.channel).toBe('tape:KXA')
    expect(events.of('history_replay')).toEqual([])
  })
})

describe('who comes back', () => {
  test('with a filter is sent what it wants of what it missed, and stands where the log does', async () => {
    await using broadcast = await openBroadcast({ config: { pingIntervalMs: 100 } })
    const { url, bus } = broadcast
    const query = '?channels=whales&filter={"min_severity":"S3"}'
    const first = await connectEvents(url, query)
    await first.until(({ of }) => of('subscribed').length === 1)
    await publishWhale(bus, 'w1', { severity: 'S3' })
    await publishWhale(bus, 'w2', { severity: 'S2' })
    await first.until(({ lastId }) => lastId.endsWith('.2'))
    expect(whalesOf(first)).toEqual(['w1'])
    first[Symbol.dispose]()
    await publishWhale(bus, 'w3', { severity: 'S2' })
    await publishWhale(bus, 'w4', { severity: 'S4' })
    using back = await connectEvents(url, query, { 'last-event-id': first.lastId })
    await back.until(({ of }) => of('subscribed').length === 1)
    expect(whalesOf(back)).toEqual(['w4'])
    expect(back.of('subscribed')[0]?.data).toMatchObject({
      filters: { whales: { severity: ['S3', 'S4'] } },
      resumed: { whales: { recovered: true } },
    })
    expect(back.of('gap')).toEqual([])
  })

  test('with the last id is sent what it missed, each once, at any replica', async () => {
    const broker = new MemoryBroker()
    const bus = createMemoryBus(broker, { instance: 'publisher' })
    const replica = (name: string) =>
      openBroadcast({ bus, ownBus: createMemoryBus(broker, { instance: name }) })
    await using one = await replica('one')
    await using two = await replica('two')
    const channels = '?channels=whales,feed'
    const first = await connectEvents(one.url, channels)
    await first.until(({ of }) => of('subscribed').length === 1)
    await publishWhale(bus, 'w1')
    await publishFeedState(bus, 'f1')
    await first.until(({ of, lastId }) => of('feed_state').length === 1 && lastId.includes('feed.'))
    const { lastId } = first
    expect(lastId).toMatch(/^whales\.\d+\.1,feed\.\d+\.1$/)
    first[Symbol.dispose]()
    for (const id of ['w2', 'w3']) await publishWhale(bus, id)
    await publishFeedState(bus, 'f2')
    const missed = ['w2', 'w3']
    for (const headers of [{ 'last-event-id': lastId }, undefined]) {
      const query = headers ? channels : `${channels}&resume=${lastId}`
      using back = await connectEvents(two.url, query, headers)
      await back.until(({ of }) => of('subscribed').length === 1)
      expect(whalesOf(back)).toEqual(missed)
      expect(back.of('feed_state')).toHaveLength(1)
      expect(back.of('subscribed')[0]?.data.resumed.whales.recovered).toBe(true)
      missed.push(`live-${missed.length}`)
      await publishWhale(bus, missed.at(-1) ?? '')
      await back.until(({ of }) => of('whale').length === missed.length)
      expect(whalesOf(back)).toEqual(missed)
      expect(back.of('gap')).toEqual([])
    }
  })

  test('stands, on a quiet log, where the heartbeats say', async () => {
    await using broadcast = await openBroadcast({ config: { ...withTokens(), pingIntervalMs: 100 } })
    using events = await connectEvents(broadcast.url, '?channels=system,whales')
    await events.until(({ of }) => of('subscribed').length === 1)
    // Its own activities are not for this client, yet its place moves with them.
    await publishActivity(broadcast.bus, 'a1', { message: 'public' })
    await publishActivity(broadcast.bus, 'fill', { activity_type: 'order_fill' })
    await publishActivity(broadcast.bus, 'a2', { message: 'public' })
    await events.until(({ lastId }) => /^system\.\d+\.3$/.test(lastId))
    expect(events.of('system_activity')).toHaveLength(2)
    // More heartbeats than a socket may leave unanswered.
    await events.until(({ comments }) => comments.filter((text) => text === 'ping').length > 4)
    expect(broadcast.facts.read()['ws_clients']).toBe(1)
  })

  test('with a place of another epoch is told what is lost, and starts anew', async () => {
    await using broadcast = await openBroadcast()
    for (const id of ['w1', 'w2']) await publishWhale(broadcast.bus, id)
    using events = await connectEvents(broadcast.url, '?channels=whales', { 'last-event-id': 'whales.1.900' })
    await events.until(({ of }) => of('subscribed').length === 1)
    expect(events.of('gap')[0]?.data).toMatchObject({ channel: 'whales', reason: 'epoch_changed' })
  })
})

describe('who may', () => {
  test('is judged as for a socket: origin, token, scope, places', async () => {
    await using broadcast = await openBroadcast({
      config: { ...withTokens(), limits: { ...defaultLimits, clients: 2, perHolder: 1 } },
    })
    const { url } = broadcast
    const status = (query: string, headers: Readonly<Record<string, string>> = {}) =>
      connectEvents(url, query, headers).then(
        (client) => {
          client[Symbol.dispose]()
          return 'taken'
        },
        (error: Error) => error.message,
      )
    expect(await status('', { origin: 'https://evil.example' })).toBe('refused with 403')
    expect(await status('?access_token=d')).toBe('refused with 400')
    expect(await status('', bearer('nobody'))).toBe('refused with 401')
    expect(await status('?channels=decisions')).toBe('refused with 401')
    expect(await status('?channels=decisions', bearer('w'))).toBe('refused with 403')
    expect((await ask(url, '/sse', { method: 'HEAD' })).status).toBe(405)
    await publishDecision(broadcast.bus, 'd1')
    using desk = await connectEvents(url, '?channels=decisions', bearer('d'))
    await desk.until(({ of }) => of('subscribed').length === 1)
    expect(await status('', bearer('d'))).toBe('refused with 429')
    using second = await connectEvents(url)
    expect(second.headers['content-type']).toContain('event-stream')
    expect(await status('')).toBe('refused with 503')
    second[Symbol.dispose]()
    await eventually(() => broadcast.facts.read()['ws_clients'] === 1)
    await eventually(async () => (await status('')) === 'taken')
    expect(broadcast.log()).not.toContain('"d"')
  })

  test.each([
    { query: '?channels=nothing', message: 'channels: there is no channel "nothing"' },
    { query: '?channels=', message: 'channels: channels, separated by commas' },
    { query: '?channels=whales&channels=feed', message: 'channels: give it once' },
    {
      query: '?since=1',
      message: 'there is no such parameter; there are: channels, delta, filter, max_hz, resume',
    },
    { query: '?filter=S3', message: 'filter: this is no JSON' },
    { query: '?channels=whales&filter={"size":1}', message: 'filter: Unrecognized key: "size"' },
    {
      query: '?channels=whales,feed&filter={"min_severity":"S3"}',
      message: 'filter: min_severity has no meaning for feed',
    },
    { query: '?max_hz=51', message: 'max_hz: a number from 0.1 to 50' },
    { query: '?resume=17', message: 'Last-Event-ID, resume: this is no id of an event stream of ours' },
    {
      query: `?channels=${Array.from({ length: 257 }, (_, at) => `tape:KX${at}`).join()}`,
      message: 'at most 256',
    },
  ])('is told what was wrong with the question: $message', async ({ query, message }) => {
    await using broadcast = await openBroadcast({ config: { limits: { ...defaultLimits, clients: 1 } } })
    for (let index = 0; index < 2; index++) {
      const { status, body } = await ask(broadcast.url, `/sse${query}`)
      expect([status, body]).toEqual([400, expect.stringContaining(JSON.stringify(message).slice(1, -1))])
    }
  })
})

describe('the end', () => {
  test('of a token is told before, and ends the stream', async () => {
    let nowMs = 1_800_000_000_000
    const secret = 'kJ8vQ2nX5mB9tR4wZ7cF1hL6pD3sG0yA'
    const token = await new SignJWT({ sub: 'anna', exp: nowMs / 1_000 + 90 })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(secret))
    const jwt = { source: { secret }, issuer: undefined, audience: undefined, toleranceMs: 0 }
    const access = { tokens: [], tokensFile: undefined, dataDir: '/nonexistent', jwt }
    await using broadcast = await openBroadcast({
      config: { access, pingIntervalMs: 100 },
      now: () => nowMs,
    })
    using events = await connectEvents(broadcast.url, '?channels=whales', bearer(token))
    await events.until(({ of }) => of('subscribed').length === 1)
    nowMs += 60_000
    await events.until(({ of }) => of('error').length === 1)
    nowMs += 30_000
    await events.ended
    expect(events.comments.at(-1)).toBe('closed, 4402 the token has expired')
    await expect(connectEvents(broadcast.url, '', bearer(token))).rejects.toThrow('refused with 401')
  })

  test('of the process is a farewell that says when to come back', async () => {
    const broadcast = await openBroadcast()
    const streams = await Promise.all(Array.from({ length: 5 }, () => connectEvents(broadcast.url)))
    for (const stream of streams) await stream.until(({ of }) => of('subscribed').length === 1)
    await broadcast.stop()
    await Promise.all(streams.map(({ ended }) => ended))
    for (const stream of streams) {
      expect(stream.frames.at(-1)?.type).toBe('goaway')
      expect(stream.retry).toBeGreaterThanOrEqual(1_000)
      expect(stream.comments.at(-1)).toContain('closed, 1012')
    }
  })

  test('of one that reads nothing is 4408, within its bounds; the others notice nothing', async () => {
    const limit = 256 * 1024
    await using broadcast = await openBroadcast({ config: { clientBufferBytes: limit } })
    const stalled = connect(Number(new URL(broadcast.url).port), '127.0.0.1')
    stalled.on('error', () => undefined)
    stalled.write('GET /sse?channels=whales HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    stalled.pause()
    using well = await connectEvents(broadcast.url, '?channels=whales')
    await eventually(() => broadcast.facts.read()['ws_clients'] === 2)
    const title = 'x'.repeat(16 * 1024)
    let published = 0
    let most = 0
    while (broadcast.facts.read()['ws_clients'] === 2 && published < 2_000) {
      published += 1
      await publishWhale(broadcast.bus, `w${published}`, { title })
      await well.until(({ of }) => of('whale').length === published)
      most = Math.max(most, await broadcast.metric('ws_queued_bytes'))
    }
    expect(await broadcast.metric('ws_closed_total', { code: '4408' })).toBe(1)
    expect(whalesOf(well)).toHaveLength(published)
    expect(most).toBeLessThan(limit + 192 * 1024)
    stalled.destroy()
  })
})
