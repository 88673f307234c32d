import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type RawData, type ServerOptions, type WebSocket } from 'ws'

type Answer = { readonly status: number; readonly headers?: string; readonly body?: string }

/** A WebSocket server on a free port that refuses upgrades when told to. */
export type TestServer = AsyncDisposable & {
  readonly url: string
  readonly sockets: ReadonlySet<WebSocket>
  /** Decides about each upgrade; undefined lets it in. */
  onUpgrade: (request: IncomingMessage, socket: Duplex) => Answer | 'ignore' | undefined
  onConnection: (socket: WebSocket, request: IncomingMessage) => void
}

export async function openServer(options: ServerOptions = {}): Promise<TestServer> {
  const http = createServer()
  const wss = new WebSocketServer({ noServer: true, ...options })
  const raw = new Set<Duplex>()
  http.on('connection', (socket) => {
    raw.add(socket)
    socket.on('close', () => raw.delete(socket))
  })
  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const answer = server.onUpgrade(request, socket)
    // Read on, or the end of the connection would go unnoticed.
    if (answer === 'ignore') {
      socket.on('end', () => socket.destroy()).resume()
      return
    }
    if (answer === undefined) {
      wss.handleUpgrade(request, socket, head, (ws) => server.onConnection(ws, request))
      return
    }
    const { status, headers = '', body = '' } = answer
    socket.end(`HTTP/1.1 ${status} No\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('No port')
  const server: TestServer = {
    url: `ws://127.0.0.1:${address.port}/feed`,
    sockets: wss.clients,
    onUpgrade: () => undefined,
    onConnection: () => {},
    async [Symbol.asyncDispose]() {
      for (const socket of raw) socket.destroy()
      http.close()
      await once(http, 'close')
    },
  }
  return server
}

/** Waits for a condition, turn by turn of the event loop, so that nothing sleeps past it. */
export async function until(condition: () => boolean, withinMs = 10_000): Promise<void> {
  const deadlineMs = Date.now() + withinMs
  while (!condition()) {
    if (Date.now() > deadlineMs) throw new Error(`Not within ${withinMs} ms: ${condition.toString()}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The text of a message as `ws` hands it out by default. */
export function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : '(not a buffer)'
}
