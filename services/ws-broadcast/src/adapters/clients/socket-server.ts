import { randomUUID } from 'node:crypto'
import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http'
import type { Duplex } from 'node:stream'
import { ConfigError } from '@whalecast/runtime'
import { batchSubprotocol, subprotocol } from '@whalecast/events'
import { deflateFromBytes } from '@whalecast/fanout/wire'
import { WebSocketServer, type WebSocket } from 'ws'
import { refusal, type Refusal } from '../../domain/admission/gate.ts'
import type { Newcomer } from './accept-client.ts'
import type { Door } from '../admission/door.ts'
import { refusalError, refusalHeaders } from '../http/http-failure.ts'

export type SocketServerOptions = {
  readonly host: string
  readonly port: number
  readonly app: RequestListener
  readonly door: Door
  readonly maxClients: number
  /** Whether clients that offer permessage-deflate get it. */
  readonly compression: boolean
  readonly onRefused: (reason: Refusal['reason']) => void
  readonly onConnection: (socket: WebSocket, newcomer: Newcomer) => void
}

export type SocketServer = {
  readonly url: string
  readonly listening: boolean
  /** Takes no new client from now on: each is answered 503. */
  refuse(): void
  /** Ends: nobody new, not even to be refused. Resolves when the last connection is closed, at the latest after `graceMs`. */
  close(graceMs: number): Promise<void>
}

const socketLimits = {
  maxPayload: 16 * 1024,
  // A frame of 16 KB needs no more parts; each part costs an object (CVE-2026-48779).
  maxFragments: 64,
  maxBufferedChunks: 256,
  /** How long a client may take to answer a close frame before its connection is cut. */
  closeTimeout: 2_000,
}
/** Neither side remembers earlier messages: so one compressed message is the same for everybody. */
const deflate = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  // Only what is not written past `ws`: its own answers, and all of it where it is not the expected one.
  threshold: deflateFromBytes,
}
const isProtocol = (name: string): boolean => name === subprotocol || name === batchSubprotocol
/** A request comes at once or not at all: one that trickles in holds a connection for nothing. */
const requestLimits = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
}
/** For requests beside the clients; whatever comes above is cut off before a byte is read. */
const spareConnections = 1_000

/** Serves HTTP, and WebSocket on `/ws`, behind the gate: who is refused costs no upgrade. */
export async function startSocketServer(options: SocketServerOptions): Promise<SocketServer> {
  const { host, port, app, door, maxClients, onRefused, onConnection, compression } = options
  let stopping = false
  const server = createServer(requestLimits, app)
  server.maxConnections = maxClients + spareConnections
  server.on('drop', () => onRefused('connections'))
  const sockets = new WebSocketServer({
    ...socketLimits,
    noServer: true,
    // A ping is answered where it is counted.
    autoPong: false,
    perMessageDeflate: compression && deflate,
    handleProtocols: (offered) => [...offered].find(isProtocol) ?? false,
  })

  const admit = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const admitted = await door.admit(request)
    if (socket.destroyed) return
    if ('reason' in admitted) return answer(socket, admitted)
    const newcomer = { ...admitted, id: randomUUID(), defaults: !wantsNone(request) }
    sockets.handleUpgrade(request, socket, head, (opened) => onConnection(opened, newcomer))
  }
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    if (pathOf(request) === '/ws') void admit(request, socket, head)
    else {
      onRefused('path')
      answer(socket, refusal(404, 'path', 'sockets are at /ws'))
    }
  })
  const url = await listen(server, host, port)

  const refuse = () => {
    stopping = true
    door.stop()
  }
  return {
    url,
    get listening() {
      return server.listening && !stopping
    },
    refuse,
    async close(graceMs) {
      refuse()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const cut = setTimeout(() => {
        for (const socket of sockets.clients) socket.terminate()
        server.closeAllConnections()
      }, graceMs)
      await closed
      clearTimeout(cut)
      sockets.close()
    },
  }
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? ''
}

/** `?defaults=off`: a client that comes back says itself what it wants, and from where. */
function wantsNone({ url = '/' }: IncomingMessage): boolean {
  return new URLSearchParams(url.split('?', 2)[1]).get('defaults') === 'off'
}

function answer(socket: Duplex, refused: Refusal): void {
  const body = JSON.stringify({ error: refusalError(refused) })
  const headers = {
    Connection: 'close',
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...refusalHeaders(refused),
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const head = [`HTTP/1.1 ${refused.status} ${STATUS_CODES[refused.status]}`, ...lines].join('\r\n')
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy())
}

function listen(server: Server, host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(explain(error, host, port)))
    server.listen(port, host, () => {
      server.removeAllListeners('error')
      const address = server.address()
      if (typeof address !== 'object' || address === null)
        return reject(new Error('the server has no address'))
      const anywhere = address.address === '0.0.0.0' || address.address === '::'
      const name = anywhere
        ? 'localhost'
        : address.family === 'IPv6'
          ? `[${address.address}]`
          : address.address
      resolve(`http://${name}:${address.port}/`)
    })
  })
}

function explain(error: Error, host: string, port: number): Error {
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return new ConfigError([
      `port ${port} on ${host} is in use: set WHALECAST_HTTP_PORT (0 takes any free one)`,
    ])
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new ConfigError([`${host} is no address of this machine: set WHALECAST_HTTP_HOST`])
  return error
}
