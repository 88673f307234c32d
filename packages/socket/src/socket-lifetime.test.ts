import { getEventListeners } from 'node:events'
import { describe, expect, test } from '@jest/globals'
import { FakeTime, settle } from '../tests/support/fake-time.ts'
import { FakeTransport, type FakeDial } from '../tests/support/fake-transport.ts'
import { ClosedError, ConnectFailedError } from './errors.ts'
import { createReconnectingSocket } from './reconnecting-socket.ts'
import type { SocketEvent, SocketOptions } from './socket-options.ts'

function setUp(options: Partial<SocketOptions> = {}, canPause = true) {
  const time = new FakeTime()
  const transport = new FakeTransport(canPause)
  const controller = new AbortController()
  const socket = createReconnectingSocket(transport.dial, {
    url: 'ws://exchange.test/ws',
    time,
    signal: controller.signal,
    backoff: { random: () => 0.5 },
    ...options,
  })
  return { time, transport, controller, socket, iterator: socket[Symbol.asyncIterator]() }
}

const open = (dial: FakeDial) => dial.handlers.onOpen()
const fail = (dial: FakeDial) => dial.end(new ConnectFailedError('refused'))

describe('abort', () => {
  test.each([
    { phase: 'before the iteration', onDial: open, before: true },
    { phase: 'while the headers are being made', onDial: open, headers: () => new Promise<never>(() => {}) },
    { phase: 'during the dial', onDial: () => {} },
    { phase: 'in the backoff', onDial: fail },
    { phase: 'with an open connection', onDial: open },
  ])('$phase ends the iteration quietly and leaves nothing', async ({ onDial, headers, before }) => {
    const { time, transport, controller, socket, iterator } = setUp(headers ? { headers } : {})
    transport.onDial = onDial
    if (before === true) controller.abort()
    const results: SocketEvent[] = []
    const consumer = (async () => {
      for (;;) {
        const step = await iterator.next()
        if (step.done === true) return
        results.push(step.value)
      }
    })()
    await time.advance(100)
    controller.abort()
    await settle()
    await consumer
    expect(socket.state).toBe('closed')
    expect(time.pendingTimers).toBe(0)
    expect(transport.dials.every((dial) => dial.closed)).toBe(true)
    expect(results.filter((event) => event.type === 'closed')).toHaveLength(onDial === fail ? 2 : 0)
  })

  test('headers that are ready only afterwards dial nothing', async () => {
    let ready: (headers: Record<string, string>) => void = () => {}
    const headers = () => new Promise<Record<string, string>>((resolve) => (ready = resolve))
    const { transport, controller, iterator } = setUp({ headers })
    await settle()
    controller.abort()
    ready({})
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
    await settle()
    expect(transport.dials).toEqual([])
  })

  test('a signal that outlives the socket keeps nothing of it', async () => {
    const { controller, iterator, transport } = setUp({ shouldRetry: () => false })
    transport.onDial = fail
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1)
    for (let i = 0; i < 3; i += 1) await iterator.next()
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0)
  })

  test('a peer that does not answer the farewell is cut after a second', async () => {
    const { time, transport, controller, iterator } = setUp()
    transport.onDial = open
    await iterator.next()
    await iterator.next()
    const pending = iterator.next()
    transport.last.deaf = true
    controller.abort()
    expect(transport.last.farewells).toEqual([1000])
    await time.advance(999)
    expect(transport.last.terminated).toBe(false)
    await time.advance(1)
    expect(transport.last.terminated).toBe(true)
    expect(await pending).toEqual({ done: true, value: undefined })
    expect(time.pendingTimers).toBe(0)
  })

  test('frames that were not pulled before it are dropped', async () => {
    const { transport, controller, iterator } = setUp()
    transport.onDial = open
    await settle()
    transport.last.handlers.onFrame('unread')
    controller.abort()
    transport.last.handlers.onFrame('later')
    expect(await iterator.next()).toEqual({ done: true, value: undefined })
  })
})

describe('the end of the iteration', () => {
  test('return() says farewell, waits for the release and answers pending pulls', async () => {
    const { time, transport, iterator } = setUp()
    transport.onDial = open
    await iterator.next()
    await iterator.next()
    const pending = iterator.next()
    const returned = iterator.return?.()
    expect(await Promise.all([pending, returned])).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ])
    expect(time.pendingTimers).toBe(0)
  })

  test('a socket is iterated only once', () => {
    const { socket, controller } = setUp()
    expect(() => socket[Symbol.asyncIterator]()).toThrow(TypeError)
    controller.abort()
  })

  test('nothing is dialed before the iteration starts', async () => {
    const transport = new FakeTransport()
    const socket = createReconnectingSocket(transport.dial, { url: 'ws://exchange.test/ws' })
    await settle()
    expect([transport.dials.length, socket.state, socket.send('x')]).toEqual([0, 'idle', false])
  })
})

describe('send and reconnect', () => {
  test('send says whether a connection took the text, in every state', async () => {
    const { transport, socket, iterator, controller } = setUp()
    expect(socket.send('dialing')).toBe(false)
    transport.onDial = open
    await settle()
    expect(socket.send('open')).toBe(true)
    expect(transport.last.sent).toEqual(['open'])
    transport.onDial = () => {}
    transport.last.end(new ClosedError(1006, ''))
    expect(socket.send('closed')).toBe(false)
    controller.abort()
    await iterator.return?.()
    expect(socket.send('ended')).toBe(false)
  })

  test('reconnect drops an open connection, cuts a wait short, and lets a dial be', async () => {
    const { time, transport, socket, iterator } = setUp()
    transport.onDial = open
    await settle()
    socket.reconnect('no trades for a minute')
    transport.onDial = fail
    await settle()
    expect(transport.dials).toHaveLength(2)
    expect(socket.state).toBe('waiting')
    transport.onDial = () => {}
    socket.reconnect('now')
    await settle()
    expect([transport.dials.length, socket.state]).toEqual([3, 'connecting'])
    socket.reconnect('while dialing')
    await settle()
    expect([transport.dials.length, transport.last.terminated]).toEqual([3, false])
    const types = []
    for (let i = 0; i < 4; i += 1) types.push((await iterator.next()).value)
    expect(types).toMatchObject([
      { type: 'connecting' },
      { type: 'open' },
      { type: 'closed', error: { name: 'ReconnectError', message: 'no trades for a minute' } },
      { type: 'connecting' },
    ])
    await iterator.return?.()
    expect(time.pendingTimers).toBe(0)
  })
})

describe('a consumer that falls behind', () => {
  test('pauses the socket above high water, resumes at half, and loses nothing', async () => {
    const { transport, socket, iterator } = setUp({ highWaterFrames: 10 })
    transport.onDial = open
    await settle()
    for (let i = 0; i < 30; i += 1) transport.last.handlers.onFrame(`${i}`)
    expect([socket.paused, transport.last.paused]).toEqual([true, true])
    const frames: string[] = []
    while (frames.length < 30) {
      const { value } = await iterator.next()
      if (value?.type !== 'frame') continue
      frames.push(value.data)
      expect(socket.paused).toBe(30 - frames.length > 5)
    }
    expect(frames).toEqual(Array.from({ length: 30 }, (_, i) => `${i}`))
    expect(transport.last.paused).toBe(false)
    await iterator.return?.()
  })

  test('the length of the text counts as well', async () => {
    const { transport, socket, iterator } = setUp({ highWaterChars: 100 })
    transport.onDial = open
    await settle()
    transport.last.handlers.onFrame('x'.repeat(100))
    expect(socket.paused).toBe(false)
    transport.last.handlers.onFrame('x')
    expect(socket.paused).toBe(true)
    await iterator.return?.()
  })

  test('while paused silence means nothing; afterwards the watch begins anew', async () => {
    const { time, transport, iterator } = setUp({ highWaterFrames: 1 })
    transport.onDial = open
    await settle()
    transport.last.handlers.onFrame('a')
    transport.last.handlers.onFrame('b')
    await time.advance(3_600_000)
    expect([transport.last.terminated, transport.last.pings]).toEqual([false, 0])
    for (let i = 0; i < 4; i += 1) await iterator.next()
    await time.advance(30_000)
    expect(transport.last.pings).toBe(1)
    await time.advance(15_000)
    expect(transport.dials[0]?.terminated).toBe(true)
    expect((await iterator.next()).value).toMatchObject({ type: 'closed', error: { name: 'IdleError' } })
    await iterator.return?.()
  })

  test('cut while paused: it dials again only when the consumer has caught up', async () => {
    const { transport, socket, iterator } = setUp({ highWaterFrames: 10 })
    transport.onDial = open
    await settle()
    for (let i = 0; i < 20; i += 1) transport.last.handlers.onFrame(`${i}`)
    transport.last.end(new ClosedError(1006, ''))
    await settle()
    expect([transport.dials.length, socket.state]).toEqual([1, 'waiting'])
    const types: string[] = []
    while (types.at(-1) !== 'closed') types.push((await iterator.next()).value?.type ?? 'end')
    await settle()
    expect(types.filter((type) => type === 'frame')).toHaveLength(20)
    expect([transport.dials.length, socket.state]).toEqual([2, 'open'])
    await iterator.return?.()
  })

  test('where the platform cannot pause, the loss shows as a gap', async () => {
    const { transport, iterator } = setUp({ highWaterFrames: 3 }, false)
    transport.onDial = open
    await settle()
    for (let i = 0; i < 4; i += 1) transport.last.handlers.onFrame(`${i}`)
    expect(transport.last.terminated).toBe(true)
    let event = await iterator.next()
    while (event.value?.type !== 'closed') event = await iterator.next()
    expect(event.value.error.name).toBe('OverflowError')
    await iterator.return?.()
  })
})
