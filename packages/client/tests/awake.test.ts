import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, jest, test } from '@jest/globals'
import type { Staleness } from '@whalecast/client'
import { LiveClient } from '../src/live-client.ts'
import type { Page } from '../src/page.ts'
import { nextState, openClient } from './open-client.ts'
import { openServer } from './open-server.ts'

/** A page that the test wakes. */
class FakePage implements Page {
  hidden = false
  wake: (why: string) => void = () => undefined
  doubt: () => void = () => undefined
  watched = false

  watch(wake: (why: string) => void, doubt: () => void) {
    this.wake = wake
    this.doubt = doubt
    this.watched = true
    return () => void (this.watched = false)
  }
}

// No test here waits for a pause of this length: it is cut short, or the test fails by its own timeout.
const pauses = { baseMs: 600_000, capMs: 600_000 }

test('a pause between two attempts is over as soon as the network is back', async () => {
  const page = new FakePage()
  const server = await openServer()
  const client = new LiveClient({ url: server.url, backoff: pauses }, page)
  const first = await server.accept()
  first.greet()
  const waiting = nextState(client, 'connecting')
  await first.close(1012)
  expect((await waiting).retryAtMs).not.toBeNull()
  page.wake('the network is back')
  await server.accept()
  client.close()
  expect(page.watched).toBe(false)
  await server[Symbol.asyncDispose]()
})

test('what the server asked for is kept, whoever looks at the page', async () => {
  const page = new FakePage()
  await using server = await openServer()
  const client = new LiveClient({ url: server.url, backoff: { baseMs: 1, capMs: 1 } }, page)
  const first = await server.accept()
  const leaving = client.frames({ types: ['goaway'] })
  first.say('goaway', { reason: 'restart', reconnect_after_ms: 300 })
  await leaving.next()
  const saidAtMs = Date.now()
  const waiting = nextState(client, 'connecting')
  await first.close(1012)
  await waiting
  page.wake('the page is looked at again')
  await server.accept()
  expect(Date.now() - saidAtMs).toBeGreaterThanOrEqual(295)
  client.close()
})

test('a full server that says when to come back is left alone until then, whoever looks at the page', async () => {
  const page = new FakePage()
  let asked = 0
  const server = createServer()
  server.on('upgrade', (_request, socket) => {
    asked += 1
    socket.end('HTTP/1.1 503 Service Unavailable\r\nRetry-After: 600\r\nContent-Length: 0\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const client = new LiveClient({ url: `ws://127.0.0.1:${port}/ws` }, page)
  const { retryAtMs, reason } = await new Promise<{ retryAtMs: number | null; reason: string }>((resolve) => {
    client.onState((state) => {
      if (state.type === 'connecting' && state.retryAtMs !== null) resolve(state)
    })
  })
  page.wake('the page is looked at again')
  expect(Number(retryAtMs) - Date.now()).toBeGreaterThan(590_000)
  expect(reason).toContain('503')
  client.close()
  server.close()
  await once(server, 'close')
  expect(asked).toBe(1)
})

test('a connection that slept has to answer a ping; one that was just heard need not', async () => {
  const page = new FakePage()
  await using server = await openServer()
  const client = new LiveClient({ url: server.url }, page)
  const peer = await server.accept()
  await peer.heard('ping')
  const connected = nextState(client, 'connected')
  peer.greet()
  await connected
  page.wake('the page is looked at again')
  client.subscribe(['feed'])
  expect(await peer.next(1)).toEqual([{ type: 'subscribe', channels: ['feed'] }])
  expect(peer.unread).toEqual([])
  client.close()
})

test('a connection that slept and does not answer is made anew, long before its silence would end it', async () => {
  const page = new FakePage()
  await using server = await openServer()
  // Sockets are real; only time is the test's.
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
  try {
    const client = new LiveClient({ url: server.url, backoff: { baseMs: 1, capMs: 1 } }, page)
    const peer = await server.accept()
    await peer.heard('ping')
    const connected = nextState(client, 'connected')
    peer.greet()
    await connected
    jest.advanceTimersByTime(2_000)
    page.doubt()
    await peer.heard('ping')
    const lost = nextState(client, 'connecting')
    jest.advanceTimersByTime(5_000)
    expect((await lost).reason).toContain('no answer to a ping')
    jest.advanceTimersByTime(10)
    await server.accept()
    client.close()
  } finally {
    jest.useRealTimers()
  }
})

test('a silent connection is told of before it is given up, and when it speaks again', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url, quietAfterMs: 40, pingEveryMs: 60_000 })
  const { client } = opened
  const changes: Staleness[] = []
  const first = new Promise<void>((resolve) => {
    client.onStaleness((change) => {
      changes.push(change)
      resolve()
    })
  })
  const peer = await server.accept()
  const frames = client.frames({ types: ['connection'] })
  await first
  peer.greet()
  await frames.next()
  expect(changes).toMatchObject([
    { channel: null, stale: true },
    { channel: null, stale: false },
  ])
})

test('a reader is told when the data of its channel is old, by the server’s clock', async () => {
  await using server = await openServer()
  using opened = openClient({ url: server.url, defaults: false })
  const { client } = opened
  const peer = await server.accept()
  // This server's clock is a day behind.
  const serverNowMs = Date.now() - 86_400_000
  const stale = new Promise<Staleness>((resolve) => {
    client.subscribe('book:KXA', () => undefined, { staleAfterMs: 5_000, onStaleness: resolve })
  })
  const connected = nextState(client, 'connected')
  peer.say('connection', { channels: [], scopes: [], positions: {} }, { ts: serverNowMs })
  await connected
  expect(Math.abs(client.serverNowMs() - serverNowMs)).toBeLessThan(5_000)
  const books = client.stream('book:KXA')
  // What is shown first was true four seconds and a little more ago.
  peer.say('book', { timestamp_ms: serverNowMs - 4_950 }, { channel: 'book:KXA', ts: serverNowMs - 4_950 })
  await books.next()
  const change = await stale
  expect(change).toMatchObject({ channel: 'book:KXA', stale: true })
})

test('a fresh token is shown in band when the server says that the old one ends', async () => {
  await using server = await openServer()
  let asked = 0
  using opened = openClient({ url: server.url, token: async () => `secret-${(asked += 1)}` })
  const peer = await server.accept()
  expect(await peer.next(1)).toEqual([{ type: 'auth', token: 'secret-1' }])
  peer.say('authenticated', { name: 'bot', scopes: ['market'], token_expires_at_ms: Date.now() + 3_600_000 })
  peer.say('error', { code: 'token_expiring', message: 'this token ends in 60 s' })
  expect(await peer.next(1)).toEqual([{ type: 'auth', token: 'secret-2' }])
  await peer.close(4402, 'the token has expired')
  expect(await (await server.accept()).next(1)).toEqual([{ type: 'auth', token: 'secret-3' }])
  expect(opened.client.stats.tokenFailures).toBe(0)
})
