import { once } from 'node:events'
import { reconnectingSocket, type SocketEvent, type SocketOptions } from '@whalecast/socket'
import { describe, expect, test } from '@jest/globals'
import { openServer, textOf, until, type TestServer } from './support/server.ts'

const soon = { baseMs: 5, capMs: 20 }

function connect(server: TestServer, options: Partial<SocketOptions> = {}) {
  const controller = new AbortController()
  const socket = reconnectingSocket({ url: server.url, backoff: soon, signal: controller.signal, ...options })
  return { socket, controller, iterator: socket[Symbol.asyncIterator]() }
}

type EventOf<Type> = Extract<SocketEvent, { type: Type }>

/** Pulls until an event of this type; fails if the iteration ends before. */
async function next<Type extends SocketEvent['type']>(iterator: AsyncIterator<SocketEvent>, type: Type) {
  const isWanted = (event: SocketEvent): event is EventOf<Type> => event.type === type
  for (;;) {
    const step = await iterator.next()
    if (step.done === true) throw new Error(`The iteration ended before a ${type}`)
    if (isWanted(step.value)) return step.value
  }
}

async function pull(iterator: AsyncIterator<SocketEvent>, frames: number): Promise<string[]> {
  const texts: string[] = []
  while (texts.length < frames) texts.push((await next(iterator, 'frame')).data)
  return texts
}

/** How many sockets and timers keep this process busy. */
function busy() {
  const names = process.getActiveResourcesInfo()
  const count = (wanted: string) => names.filter((name) => name === wanted).length
  return { sockets: count('TCPSocketWrap'), timers: count('Timeout') }
}

describe('a connection', () => {
  test('carries text both ways, with the headers and the protocol asked for', async () => {
    await using server = await openServer({ handleProtocols: (protocols) => protocols.has('v1') && 'v1' })
    server.onConnection = (ws, request) => {
      ws.send(`${ws.protocol} ${String(request.headers['x-key'])}`)
      ws.on('message', (data) => ws.send(`echo ${textOf(data)}`))
    }
    const { socket, iterator } = connect(server, { protocols: ['v1'], headers: () => ({ 'x-key': 'k' }) })
    await next(iterator, 'open')
    expect(socket.send('hello')).toBe(true)
    expect(await pull(iterator, 2)).toEqual(['v1 k', 'echo hello'])
    await iterator.return?.()
  })

  test('cut without a close frame, it comes back; the gap shows between the frames', async () => {
    await using server = await openServer()
    let connections = 0
    server.onConnection = (ws) => {
      connections += 1
      ws.send(`from ${connections}`, () => connections < 3 && ws.terminate())
    }
    const { socket, iterator } = connect(server)
    const seen: unknown[] = []
    while (seen.length < 8) {
      const { value } = await iterator.next()
      if (value?.type === 'frame') seen.push([value.epoch, value.data])
      else if (value?.type === 'closed') seen.push(value.error.name)
      else seen.push(value?.type)
      if (value?.type === 'frame' && value.epoch === 3) break
    }
    expect(seen).toEqual([
      'connecting',
      'open',
      [1, 'from 1'],
      'ClosedError',
      'connecting',
      'open',
      [2, 'from 2'],
      'ClosedError',
    ])
    await next(iterator, 'open')
    expect(await pull(iterator, 1)).toEqual(['from 3'])
    expect(socket.lastActivityAtMs).toBeGreaterThan(0)
    await iterator.return?.()
  })

  test('tells the code and the reason of a close', async () => {
    await using server = await openServer()
    server.onConnection = (ws) => ws.close(4408, 'too slow')
    const { iterator } = connect(server)
    expect((await next(iterator, 'closed')).error).toMatchObject({ code: 4408, reason: 'too slow' })
    await iterator.return?.()
  })

  test('ends when a message is larger than allowed', async () => {
    await using server = await openServer()
    server.onConnection = (ws) => ws.send('x'.repeat(1_001))
    const { iterator } = connect(server, { maxPayloadBytes: 1_000, shouldRetry: () => false })
    expect((await next(iterator, 'closed')).error).toMatchObject({ code: 1006, cause: expect.any(Error) })
    expect((await iterator.next()).done).toBe(true)
  })
})

describe('a handshake that is refused', () => {
  test('with 401 it stops, and tells status, body and headers', async () => {
    await using server = await openServer()
    const body = '{"error":{"code":"authentication_error"}}'
    server.onUpgrade = () => ({ status: 401, headers: 'X-Why: key\r\n', body })
    const { iterator } = connect(server)
    const { error, retryInMs } = await next(iterator, 'closed')
    expect(error).toMatchObject({ name: 'HandshakeError', status: 401, body, headers: { 'x-why': 'key' } })
    expect(retryInMs).toBeNull()
    expect((await iterator.next()).done).toBe(true)
  })

  test.each([429, 502])('with %i it comes back until it is let in', async (status) => {
    await using server = await openServer()
    let refusals = 0
    server.onUpgrade = () => ((refusals += 1) <= 3 ? { status } : undefined)
    const { iterator } = connect(server)
    expect(await next(iterator, 'open')).toEqual({ type: 'open', epoch: 1 })
    expect(refusals).toBe(4)
    await iterator.return?.()
  })

  test('with a body without end only its beginning is kept', async () => {
    await using server = await openServer()
    server.onUpgrade = () => ({ status: 403, body: 'x'.repeat(100_000) })
    const { iterator } = connect(server)
    expect((await next(iterator, 'closed')).error).toMatchObject({ status: 403, body: 'x'.repeat(4_096) })
    await iterator.return?.()
  })

  test('nobody listens: the connection failed, and that is worth a retry', async () => {
    const server = await openServer()
    await server[Symbol.asyncDispose]()
    const { iterator } = connect(server)
    const { error, retryInMs } = await next(iterator, 'closed')
    expect([error.name, retryInMs, /ECONNREFUSED/.test(error.message)]).toEqual([
      'ConnectFailedError',
      0,
      true,
    ])
    await iterator.return?.()
  })
})

describe('a consumer that does not pull', () => {
  test('below high water frames are read on and pings are answered', async () => {
    await using server = await openServer()
    const { socket, iterator } = connect(server)
    const connected = new Promise<void>((resolve) => {
      server.onConnection = (ws) => {
        for (let i = 0; i < 20_000; i += 1) ws.send(`${i}`)
        ws.ping('heartbeat')
        ws.on('pong', () => resolve())
      }
    })
    const first = iterator.next()
    await connected
    expect(socket.paused).toBe(false)
    await first
    expect(await pull(iterator, 20_000)).toEqual(Array.from({ length: 20_000 }, (_, i) => `${i}`))
    await iterator.return?.()
  })

  test('above it the server feels the pressure, and afterwards nothing is missing', async () => {
    await using server = await openServer()
    const count = 40_000
    const filler = 'x'.repeat(1_000)
    let sender: { readonly bufferedAmount: number } | undefined
    server.onConnection = (ws) => {
      sender = ws
      for (let i = 0; i < count; i += 1) ws.send(`${i} ${filler}`)
    }
    const { socket, iterator } = connect(server, { highWaterFrames: 500 })
    await iterator.next()
    await until(() => socket.paused)
    expect(sender?.bufferedAmount).toBeGreaterThan(1_000_000)
    const texts = await pull(iterator, count)
    expect(texts.every((text, i) => text === `${i} ${filler}`)).toBe(true)
    expect(socket.paused).toBe(false)
    await iterator.return?.()
  })

  test('cut by the server while paused, it still delivers what had arrived', async () => {
    await using server = await openServer()
    server.onConnection = (ws) => {
      for (let i = 0; i < 1_000; i += 1) ws.send(`${i}`)
      ws.close(1001, 'rolling')
    }
    const { socket, iterator } = connect(server, { highWaterFrames: 10, shouldRetry: () => false })
    await iterator.next()
    await until(() => socket.paused)
    expect(await pull(iterator, 1_000)).toEqual(Array.from({ length: 1_000 }, (_, i) => `${i}`))
    expect((await next(iterator, 'closed')).error).toMatchObject({ code: 1001 })
  })
})

describe('silence', () => {
  test('own pings keep a quiet connection', async () => {
    await using server = await openServer()
    let pings = 0
    server.onConnection = (ws) => ws.on('ping', () => (pings += 1))
    const { socket, iterator } = connect(server, { idle: { pingAfterMs: 10, deadAfterMs: 5_000 } })
    await next(iterator, 'open')
    const pending = iterator.next()
    await until(() => pings >= 3)
    expect(socket.state).toBe('open')
    await iterator.return?.()
    expect((await pending).done).toBe(true)
  })

  test('a dead peer is left and dialed again', async () => {
    await using server = await openServer({ autoPong: false })
    const { iterator } = connect(server, { idle: { pingAfterMs: 10, deadAfterMs: 30 } })
    expect((await next(iterator, 'closed')).error.name).toBe('IdleError')
    expect(await next(iterator, 'open')).toEqual({ type: 'open', epoch: 2 })
    await iterator.return?.()
  })
})

describe('abort leaves no socket and no timer', () => {
  test.each([
    { phase: 'while the server lets the upgrade hang', reach: 'upgrade' as const },
    { phase: 'in the backoff', reach: 'closed' as const },
    { phase: 'with an open connection', reach: 'open' as const },
  ])('$phase', async ({ reach }) => {
    const server = await openServer()
    const before = busy()
    const upgraded = new Promise<void>((resolve) => {
      server.onUpgrade = () => {
        resolve()
        if (reach === 'upgrade') return 'ignore'
        return reach === 'closed' ? { status: 503, headers: 'Retry-After: 60\r\n' } : undefined
      }
    })
    const { socket, controller, iterator } = connect(server)
    if (reach === 'upgrade') await Promise.all([upgraded, iterator.next()])
    else await next(iterator, reach)
    const pending = iterator.next()
    controller.abort()
    expect(await pending).toEqual({ done: true, value: undefined })
    expect(socket.state).toBe('closed')
    await until(() => busy().sockets <= before.sockets && busy().timers <= before.timers)
    expect(server.sockets.size).toBe(0)
    await server[Symbol.asyncDispose]()
  })

  test('the server sees a farewell', async () => {
    await using server = await openServer()
    const { controller, iterator } = connect(server)
    const closed = new Promise<unknown[]>((resolve) => {
      server.onConnection = (ws) => void once(ws, 'close').then(resolve)
    })
    await next(iterator, 'open')
    controller.abort()
    expect((await closed)[0]).toBe(1000)
    expect((await iterator.next()).done).toBe(true)
  })
})
