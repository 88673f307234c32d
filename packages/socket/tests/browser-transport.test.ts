import { describe, expect, test } from '@jest/globals'
import { WebSocket as NodeSocket } from 'ws'
import { browserTransport } from '../src/browser-transport.ts'
import { createReconnectingSocket } from '../src/reconnecting-socket.ts'
import type { SocketEvent, SocketOptions } from '../src/socket-options.ts'
import { openServer, textOf, until } from './support/server.ts'

// The event interface of `ws` is that of browsers, so it stands in for one here.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the two declare the same events differently
const transport = browserTransport((url, protocols) => new NodeSocket(url, protocols) as unknown as WebSocket)

function connect(url: string, options: Partial<SocketOptions> = {}) {
  const socket = createReconnectingSocket(transport, { url, backoff: { baseMs: 5, capMs: 20 }, ...options })
  return { socket, iterator: socket[Symbol.asyncIterator]() }
}

async function collect(iterator: AsyncIterator<SocketEvent>, last: (event: SocketEvent) => boolean) {
  const events: SocketEvent[] = []
  for (;;) {
    const step = await iterator.next()
    if (step.done === true) return events
    events.push(step.value)
    if (last(step.value)) return events
  }
}

describe('the browser transport', () => {
  test('carries text, decodes binary, tells close codes and comes back', async () => {
    await using server = await openServer()
    server.onConnection = (ws) => {
      ws.send('text')
      ws.send(Buffer.from('bytes'))
      ws.close(4408, 'too slow')
    }
    const { iterator } = connect(server.url)
    const events = await collect(iterator, (event) => event.type === 'open' && event.epoch === 2)
    expect(events).toMatchObject([
      { type: 'connecting' },
      { type: 'open' },
      { type: 'frame', data: 'text' },
      { type: 'frame', data: 'bytes' },
      { type: 'closed', error: { code: 4408, reason: 'too slow' }, retryInMs: 0 },
      { type: 'connecting' },
      { type: 'open' },
    ])
    await iterator.return?.()
  })

  test('a refused handshake is a failed connection, since browsers hide the status', async () => {
    await using server = await openServer()
    server.onUpgrade = () => ({ status: 401 })
    const { iterator } = connect(server.url, { shouldRetry: () => false })
    const events = await collect(iterator, () => false)
    expect(events.at(-1)).toMatchObject({ type: 'closed', error: { name: 'ConnectFailedError' } })
  })

  test('sends, also its own pings as text, and survives being aborted', async () => {
    await using server = await openServer()
    const got: string[] = []
    server.onConnection = (ws) => ws.on('message', (data) => got.push(textOf(data)))
    const controller = new AbortController()
    const { socket, iterator } = connect(server.url, {
      idle: { pingAfterMs: 10, deadAfterMs: 5_000, pingText: () => 'ping' },
      signal: controller.signal,
    })
    expect(socket.send('too early')).toBe(false)
    await collect(iterator, (event) => event.type === 'open')
    expect(socket.send('hello')).toBe(true)
    await until(() => got.length >= 2)
    expect(got.slice(0, 2)).toEqual(['hello', 'ping'])
    controller.abort()
    expect((await iterator.next()).done).toBe(true)
    await until(() => server.sockets.size === 0)
  })

  test('a consumer that falls behind costs the connection, as a gap', async () => {
    await using server = await openServer()
    server.onConnection = (ws) => {
      for (let i = 0; i < 20_000; i += 1) ws.send(`${i}`)
    }
    const { iterator } = connect(server.url, { highWaterFrames: 100, shouldRetry: () => false })
    await iterator.next()
    await until(() => server.sockets.size === 1)
    await until(() => server.sockets.size === 0)
    const events = await collect(iterator, () => false)
    const frames = events.flatMap((event) => (event.type === 'frame' ? [event.data] : []))
    expect(frames.length).toBeLessThan(20_000)
    expect(frames).toEqual(Array.from({ length: frames.length }, (_, i) => `${i}`))
    expect(events.at(-1)).toMatchObject({ type: 'closed', error: { name: 'OverflowError' } })
  })
})
