import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { tradingStateDelta } from '@whalecast/events'
import { sampleTradingState } from '@whalecast/events/testing'
import { nextState, openClient } from './open-client.ts'
import { openServer } from './open-server.ts'

const log = (offset: number, prev: number) => ({ channel: 'feed', epoch: 1, offset, prev })
const state = (source: string) => ({ source, state: 'live', reason: '', since_ms: 1 })

const handles = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'Timeout').length

/** Waits until no more handles are left than there were; fails by the test's own timeout. */
async function released(before: number): Promise<void> {
  while (handles() > before) await new Promise((resolve) => setImmediate(resolve))
}

describe('the client', () => {
  let handlesBefore = 0
  beforeEach(() => {
    handlesBefore = handles()
  })
  afterEach(async () => {
    await released(handlesBefore)
  })

  test('is connecting until the server greets it, then connected, and leaves with 1000', async () => {
    await using server = await openServer()
    using opened = openClient({ url: server.url })
    const { client } = opened
    expect(client.state.type).toBe('connecting')
    const peer = await server.accept()
    expect(peer.protocols).toEqual(['whalecast.v1.batch', 'whalecast.v1'])
    expect(client.state.type).toBe('connecting')
    const connected = nextState(client, 'connected')
    peer.greet()
    expect((await connected).connection.server_id).toBe('s1')

    const closed = peer.closed()
    client.close()
    client.close()
    expect(client.state).toEqual({ type: 'disconnected', reason: 'closed by this client', code: null })
    expect(await closed).toBe(1000)
  })

  test('close ends every iteration, and every reader with it', async () => {
    await using server = await openServer()
    using opened = openClient({ url: server.url })
    const { client } = opened
    const peer = await server.accept()
    const frames = client.frames({ types: ['feed_state'] })
    peer.say('feed_state', state('A'), log(1, 0))
    expect((await frames.next()).value?.data.source).toBe('A')
    const pending = frames.next()
    const closed = peer.closed()
    client.close()
    expect(await pending).toEqual({ done: true, value: undefined })
    expect((await client.frames().next()).done).toBe(true)
    await closed
  })

  test('handlers get their types only, until they are disposed', async () => {
    await using server = await openServer()
    using opened = openClient({ url: server.url })
    const { client } = opened
    const peer = await server.accept()
    const sources: string[] = []
    const dispose = client.on('feed_state', (frame) => sources.push(frame.data.source))
    const frames = client.frames()
    peer.say('feed_state', state('A'), log(1, 0))
    peer.say('error', { code: 'bad_channel', message: 'no such channel' })
    await frames.next()
    dispose()
    peer.say('feed_state', state('B'), log(2, 1))
    expect([(await frames.next()).value?.type, (await frames.next()).value?.type]).toEqual([
      'error',
      'feed_state',
    ])
    expect(sources).toEqual(['A'])
  })

  test('what it does not know is counted and passed over', async () => {
    await using server = await openServer()
    using opened = openClient({ url: server.url })
    const { client } = opened
    const peer = await server.accept()
    const frames = client.frames({ types: ['feed_state'] })
    peer.say('from_the_future', {})
    peer.sayText('not JSON')
    peer.say('feed_state', { ...state('A'), new_field: 1 }, { ...log(1, 0), v: 2 })
    expect((await frames.next()).value?.data.source).toBe('A')
    expect(client.stats).toMatchObject({ unknownFrames: 1, invalidFrames: 1, frames: 1 })
  })

  test('answers pings, and measures the round trip with its own', async () => {
    await using server = await openServer()
    using opened = openClient({ url: server.url })
    const { client } = opened
    const peer = await server.accept()
    const { timestamp_ms } = await peer.heard('ping')
    const pongs = client.frames({ types: ['pong'] })
    peer.say('pong', { timestamp_ms })
    await pongs.next()
    expect(client.stats.rttMs).toBeGreaterThanOrEqual(0)
    peer.say('ping', { timestamp_ms: 42 })
    expect(await peer.heard('pong')).toEqual({ type: 'pong', timestamp_ms: 42 })
  })

  test('subscriptions go out at once and again on every new connection', async () => {
    await using server = await openServer()
    using opened = openClient({ url: server.url, channels: ['tape'] })
    const { client } = opened
    const first = await server.accept()
    expect(await first.heard('subscribe')).toEqual({ type: 'subscribe', channels: ['tape'] })
    client.subscribe(['feed'])
    expect(await first.heard('subscribe')).toEqual({ type: 'subscribe', channels: ['feed'] })
    client.unsubscribe(['tape', 'whales'])
    expect(await first.heard('unsubscribe')).toEqual({ type: 'unsubscribe', channels: ['tape', 'whales'] })
    await first.close(1012)
    const second = await server.accept()
    expect(await second.heard('unsubscribe')).toEqual({ type: 'unsubscribe', channels: ['whales'] })
    expect(await second.heard('subscribe')).toEqual({ type: 'subscribe', channels: ['feed'] })
  })

  test('the token goes first, in a frame of its own, asked for anew at every connection', async () => {
    await using server = await openServer()
    let asked = 0
    using opened = openClient({
      url: server.url,
      channels: ['trading_state'],
      token: async () => {
        asked += 1
        if (asked === 2) throw new Error('no network')
        return `secret-${asked}`
      },
    })
    const first = await server.accept()
    // Asked for before the token is there, and told once, after it.
    opened.client.subscribe(['tape'])
    expect(await first.next(3)).toEqual([
      { type: 'auth', token: 'secret-1' },
      { type: 'subscribe', channels: ['trading_state'], delta: true },
      { type: 'subscribe', channels: ['tape'] },
    ])
    await first.close(1012)
    const second = await server.accept()
    expect(await second.next(2)).toEqual([
      { type: 'subscribe', channels: ['trading_state'], delta: true },
      { type: 'subscribe', channels: ['tape'] },
    ])
    expect(opened.client.stats.tokenFailures).toBe(1)
    await second.close(1012)
    const third = await server.accept()
    expect(await third.next(1)).toEqual([{ type: 'auth', token: 'secret-3' }])
  })

  test('changes of the trading state are put together; a hole asks for the whole one, once', async () => {
    await using server = await openServer()
    using opened = openClient({ url: server.url, channels: ['trading_state'], token: 'secret' })
    const { client } = opened
    const peer = await server.accept()
    expect(await peer.next(1)).toEqual([{ type: 'auth', token: 'secret' }])
    const states = client.frames({ types: ['trading_state'] })
    const at = (version: number) => sampleTradingState(version, { balance: version * 100 })
    const change = (from: number, to: number) =>
      peer.say('trading_state_delta', tradingStateDelta(at(from), at(to)), { channel: 'trading_state' })
    peer.say('trading_state', at(1), { channel: 'trading_state', version: 1 })
    change(1, 2)
    expect((await states.next()).value?.data).toEqual(at(1))
    expect((await states.next()).value).toMatchObject({ channel: 'trading_state', version: 2, data: at(2) })
    change(4, 5)
    change(5, 6)
    expect(await peer.heard('resync')).toEqual({ type: 'resync', channel: 'trading_state' })
    peer.say('trading_state', at(6), { channel: 'trading_state', version: 6 })
    change(5, 6)
    change(6, 7)
    expect((await states.next()).value?.data).toEqual(at(6))
    expect((await states.next()).value?.data).toEqual(at(7))
    client.subscribe(['feed'])
    expect(await peer.next(1)).toEqual([{ type: 'subscribe', channels: ['feed'] }])
  })

  test('changes of books are put together, each market for itself; a hole asks for the whole book, once', async () => {
    await using server = await openServer()
    using opened = openClient({ url: server.url, defaults: false, channels: ['book:KXA', 'book:KXB'] })
    const { client } = opened
    const peer = await server.accept()
    const books = client.stream('book:KXA')
    expect(await peer.next(1)).toEqual([
      { type: 'subscribe', channels: ['book:KXA', 'book:KXB'], delta: true },
    ])
    const book = (ticker: string, bid: number) => ({
      market_ticker: ticker,
      yes: [{ price_cents: bid, count: 5 }],
      no: [],
    })
    const change = (ticker: string, base: number, version: number) =>
      peer.say(
        'book_delta',
        { base_version: base, version, set: { spread_cents: version }, yes: [[40 + version, 1]], no: [] },
        { channel: `book:${ticker}`, version },
      )
    peer.say('book', book('KXA', 40), { channel: 'book:KXA', version: 1 })
    peer.say('book', book('KXB', 50), { channel: 'book:KXB', version: 7 })
    change('KXA', 1, 3)
    expect((await books.next()).value?.data.yes).toEqual([{ price_cents: 40, count: 5 }])
    expect((await books.next()).value).toMatchObject({
      type: 'book',
      channel: 'book:KXA',
      version: 3,
      data: {
        market_ticker: 'KXA',
        spread_cents: 3,
        yes: [
          { price_cents: 43, count: 1 },
          { price_cents: 40, count: 5 },
        ],
      },
    })
    change('KXA', 5, 6)
    change('KXA', 6, 7)
    expect(await peer.heard('resync')).toEqual({ type: 'resync', channel: 'book:KXA' })
    peer.say('book', book('KXA', 44), { channel: 'book:KXA', version: 7 })
    change('KXA', 6, 7)
    change('KXA', 7, 8)
    expect((await books.next()).value?.version).toBe(7)
    expect((await books.next()).value?.version).toBe(8)
    client.subscribe(['feed'])
    expect(await peer.next(1)).toEqual([{ type: 'subscribe', channels: ['feed'] }])
  })

  test('a hole in a log channel is told once, also when a reconnect made it; duplicates are not handed out', async () => {
    await using server = await openServer()
    using opened = openClient({ url: server.url, channels: ['feed'] })
    const { client } = opened
    const first = await server.accept()
    const frames = client.frames({ types: ['feed_state', 'gap'] })
    first.say('feed_state', state('A'), log(1, 0))
    first.say('feed_state', state('A'), log(1, 0))
    first.say('feed_state', state('B'), log(4, 3))
    await frames.next()
    expect((await frames.next()).value?.data).toEqual({
      channel: 'feed',
      epoch: 1,
      from: 2,
      to: 3,
      reason: 'sequence',
    })
    await frames.next()
    await first.close(1006 + 6)
    const second = await server.accept()
    second.say('feed_state', state('B'), log(4, 3))
    second.say('gap', { channel: 'feed', epoch: 1, from: 5, to: 6, reason: 'trimmed' })
    second.say('feed_state', state('C'), log(7, 6))
    expect((await frames.next()).value?.type).toBe('gap')
    expect((await frames.next()).value?.data).toMatchObject({ source: 'C' })
    expect(client.stats).toMatchObject({ duplicates: 2, gaps: 2 })
  })

  test.each([
    { code: 4408, comesBack: true },
    { code: 1012, comesBack: true },
    { code: 4001, comesBack: false },
    { code: 4399, comesBack: false },
    { code: 1000, comesBack: false },
  ])('close code $code: comes back $comesBack', async ({ code, comesBack }) => {
    await using server = await openServer()
    using opened = openClient({ url: server.url })
    const { client } = opened
    const peer = await server.accept()
    const frames = client.frames()
    const closing = peer.close(code, 'because')
    if (comesBack) {
      const second = await server.accept()
      const connected = nextState(client, 'connected')
      second.greet()
      await connected
    } else {
      expect(await nextState(client, 'disconnected')).toMatchObject({ code })
      expect((await frames.next()).done).toBe(true)
    }
    await closing
  })

  test('between two connections it says when it tries again and why', async () => {
    await using server = await openServer()
    using opened = openClient({ url: server.url })
    const { client } = opened
    const peer = await server.accept()
    const connecting = nextState(client, 'connecting')
    await peer.close(4408, 'too slow')
    const { retryAtMs, reason } = await connecting
    expect(retryAtMs).not.toBeNull()
    expect(reason).toContain('too slow')
  })

  test('goaway: it stays away for as long as the server asked', async () => {
    await using server = await openServer()
    using opened = openClient({ url: server.url })
    const { client } = opened
    const first = await server.accept()
    const leaving = client.frames({ types: ['goaway'] })
    first.say('goaway', { reason: 'restart', reconnect_after_ms: 300 })
    await leaving.next()
    const saidAtMs = Date.now()
    await first.close(1012)
    await server.accept()
    // Timers may fire a millisecond early by the clock that this test reads.
    expect(Date.now() - saidAtMs).toBeGreaterThanOrEqual(295)
  })

  test('goaway without a close: it leaves by itself', async () => {
    await using server = await openServer()
    using opened = openClient({ url: server.url })
    expect(opened.client.state.type).toBe('connecting')
    const first = await server.accept()
    first.say('goaway', { reason: 'restart', reconnect_after_ms: 20 })
    await first.closed()
    await server.accept()
    expect(server.openSockets).toBe(1)
  })

  test('a server that falls silent is left and asked again', async () => {
    await using server = await openServer()
    using opened = openClient({ url: server.url, staleAfterMs: 60, pingEveryMs: 1_000 })
    expect(opened.client.state.type).toBe('connecting')
    const first = await server.accept()
    first.greet()
    await first.closed()
    const second = await server.accept()
    const connected = nextState(opened.client, 'connected')
    second.greet()
    await connected
    expect(opened.client.stats.connections).toBe(2)
  })
})
