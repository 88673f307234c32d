import { describe, expect, test } from '@jest/globals'
import { FakeTime, settle } from '../tests/support/fake-time.ts'
import { FakeTransport } from '../tests/support/fake-transport.ts'
import { ClosedError, ConnectFailedError, HandshakeError } from './errors.ts'
import { createReconnectingSocket } from './reconnecting-socket.ts'
import type { SocketEvent, SocketOptions } from './socket-options.ts'

const refused = () => new ConnectFailedError('refused')

function setUp(options: Partial<SocketOptions> = {}, canPause = true) {
  const time = new FakeTime()
  const transport = new FakeTransport(canPause)
  const backoff = { random: () => 0.5 }
  const socket = createReconnectingSocket(transport.dial, {
    url: 'ws://exchange.test/ws',
    time,
    backoff,
    ...options,
  })
  return { time, transport, socket, iterator: socket[Symbol.asyncIterator]() }
}

/** Pulls until the iteration ends; the events show up in the returned list as they come. */
function pullAll(iterator: AsyncIterator<SocketEvent>) {
  const events: SocketEvent[] = []
  const ended = (async () => {
    for (let step = await iterator.next(); step.done !== true; step = await iterator.next()) {
      events.push(step.value)
    }
  })()
  return { events, ended }
}

describe('reconnecting', () => {
  test('the first retry is immediate, then 1, 2, 4 … 60 s with jitter, and after 50 failures it recovers', async () => {
    const { time, transport, socket, iterator } = setUp({ idle: false })
    transport.onDial = (dial) => (transport.dials.length <= 50 ? dial.end(refused()) : dial.handlers.onOpen())
    const { events, ended } = pullAll(iterator)
    await time.advance(50 * 60_000)

    const delays = events.flatMap((event) => (event.type === 'closed' ? [event.retryInMs] : []))
    expect(delays).toHaveLength(50)
    expect(delays.slice(0, 9)).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    expect(new Set(delays.slice(7))).toEqual(new Set([30_000]))
    expect(events.at(-2)).toEqual({ type: 'connecting', attempt: 51 })
    expect(events.at(-1)).toEqual({ type: 'open', epoch: 1 })
    expect(socket.state).toBe('open')
    socket.close()
    await ended
  })

  test('a gap is an event: after it comes the next epoch, and attempts count from 1 again', async () => {
    const { transport, socket, iterator } = setUp()
    transport.onDial = (dial) => dial.handlers.onOpen()
    const { events, ended } = pullAll(iterator)
    await settle()
    transport.last.handlers.onFrame('one')
    const error = new ClosedError(1001, 'server rolls')
    transport.last.end(error)
    await settle()
    transport.last.handlers.onFrame('two')
    await settle()
    expect(events).toMatchObject([
      { type: 'connecting', attempt: 1 },
      { type: 'open', epoch: 1 },
      { type: 'frame', epoch: 1, data: 'one' },
      { type: 'closed', epoch: 1, error, retryInMs: 0 },
      { type: 'connecting', attempt: 1 },
      { type: 'open', epoch: 2 },
      { type: 'frame', epoch: 2, data: 'two' },
    ])
    socket.close()
    await ended
  })

  test('only a connection that stood for 30 s starts the ladder anew', async () => {
    const { time, transport, iterator } = setUp({ idle: false })
    transport.onDial = (dial) => dial.handlers.onOpen()
    const { events } = pullAll(iterator)
    for (const stoodMs of [0, 0, 29_999, 30_000, 0]) {
      await time.advance(stoodMs)
      transport.last.end(new ClosedError(1006, ''))
      await settle()
      const last = events.findLast((event) => event.type === 'closed')
      await time.advance(last?.type === 'closed' ? (last.retryInMs ?? 0) : 0)
    }
    const delays = events.flatMap((event) => (event.type === 'closed' ? [event.retryInMs] : []))
    expect(delays).toEqual([0, 500, 1_000, 0, 500])
    await iterator.return?.()
  })

  test('headers and URL are asked anew at each attempt', async () => {
    let asked = 0
    const { transport, iterator, time } = setUp({
      url: () => `ws://exchange.test/${asked}`,
      headers: () => Promise.resolve({ attempt: `${(asked += 1)}` }),
    })
    transport.onDial = (dial) => dial.end(refused())
    pullAll(iterator)
    await time.advance(500)
    expect(transport.dials.map(({ request }) => [request.url, request.headers])).toEqual([
      ['ws://exchange.test/0', { attempt: '1' }],
      ['ws://exchange.test/1', { attempt: '2' }],
      ['ws://exchange.test/2', { attempt: '3' }],
    ])
    await iterator.return?.()
  })

  test.each([
    { note: 'a failing headers function', options: { headers: () => Promise.reject(new Error('no key')) } },
    { note: 'a URL function that throws', options: { url: () => Promise.reject(new Error('no key')) } },
  ])('$note is a failed attempt like any other', async ({ options }) => {
    const { iterator } = setUp(options)
    const { events } = pullAll(iterator)
    await settle()
    expect(events[1]).toMatchObject({ type: 'closed', epoch: 0, retryInMs: 0, error: { message: 'no key' } })
    await iterator.return?.()
  })

  test('a dial that hangs is given up', async () => {
    const { time, transport, iterator } = setUp()
    const { events } = pullAll(iterator)
    await time.advance(10_000)
    expect(transport.dials[0]?.terminated).toBe(true)
    expect(events[1]).toMatchObject({ type: 'closed', error: { name: 'ConnectFailedError' } })
    await iterator.return?.()
  })

  test("a server's hint comes on top of the backoff, and a mad one is cut", async () => {
    const { time, transport, iterator } = setUp({
      retryAfterMs: (error) => (error instanceof ClosedError ? 1e15 : error.retryAfterMs),
    })
    const busy = { status: 503, body: '', headers: { 'retry-after': '5' } }
    transport.onDial = (dial) => dial.end(new HandshakeError(busy))
    const { events } = pullAll(iterator)
    await time.advance(5_000)
    transport.onDial = (dial) => {
      dial.handlers.onOpen()
      dial.end(new ClosedError(1012, ''))
    }
    await time.advance(5_500)
    const delays = events.flatMap((event) => (event.type === 'closed' ? [event.retryInMs] : []))
    expect(delays).toEqual([5_000, 5_500, 600_000 + 1_000])
    await iterator.return?.()
  })

  test('a text that is no URL throws at once, without a loop', () => {
    expect(() => createReconnectingSocket(new FakeTransport().dial, { url: 'not a url' })).toThrow(
      'Invalid URL',
    )
  })
})

describe('giving up', () => {
  test('a refused key ends the iteration after its `closed`', async () => {
    const { transport, socket, iterator, time } = setUp()
    const error = new HandshakeError({ status: 401, body: '{}', headers: {} })
    transport.onDial = (dial) => dial.end(error)
    const { events, ended } = pullAll(iterator)
    await ended
    expect(events.at(-1)).toEqual({ type: 'closed', epoch: 0, error, retryInMs: null })
    expect([transport.dials.length, socket.state, time.pendingTimers]).toEqual([1, 'closed', 0])
  })

  test('the caller decides otherwise, by error and attempt', async () => {
    const { time, transport, iterator } = setUp({ shouldRetry: (_error, attempt) => attempt < 5 })
    transport.onDial = (dial) => dial.end(new HandshakeError({ status: 401, body: '', headers: {} }))
    const { events, ended } = pullAll(iterator)
    await time.advance(60_000)
    await ended
    expect(transport.dials).toHaveLength(5)
    expect(events.at(-1)).toMatchObject({ type: 'closed', retryInMs: null })
  })

  test('a shouldRetry that throws surfaces from next, with everything released', async () => {
    const { time, transport, iterator } = setUp({
      shouldRetry: () => {
        throw new Error('a bug of the caller')
      },
    })
    transport.onDial = (dial) => dial.end(refused())
    await expect(pullAll(iterator).ended).rejects.toThrow('a bug of the caller')
    expect(time.pendingTimers).toBe(0)
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })
})
