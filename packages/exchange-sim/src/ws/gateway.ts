import { type IncomingMessage, type Server, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import type { RegisteredKey } from '../auth/key-registry.ts'
import { type AuthRules, verifyRequest } from '../auth/verify-request.ts'
import type { Feed } from './feed.ts'
import type { FrameCounters } from './frame-counters.ts'
import { Outbox } from './outbox.ts'
import { Session, type SessionLimits } from './session.ts'

/** Where the socket protocol is served. */
export const socketPath = '/trade-api/ws/v2'

/** The exchange accepts messages of up to 64 MiB; commands with long market lists are large. */
const maxPayloadBytes = 64 * 1_024 * 1_024

export type GatewayLimits = SessionLimits & {
  readonly connectionsPerKey: number
  readonly outboundBytes: number
  readonly pingEveryMs: number
  /** Pings in a row that may stay unanswered. */
  readonly missedPongs: number
}

type GatewayDeps = {
  readonly auth: AuthRules
  readonly feed: Feed
  readonly limits: GatewayLimits
  readonly counters: FrameCounters
}

type Connection = {
  readonly socket: WebSocket
  readonly session: Session
  readonly keyId: string
  missed: number
}

/** Accepts clients on the HTTP server's upgrades: authentication, admission, heartbeats. */
export class Gateway {
  readonly #deps: GatewayDeps
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxPayloadBytes,
    perMessageDeflate: false,
  })
  readonly #connections = new Set<Connection>()
  readonly #heartbeat: NodeJS.Timeout
  #accepted = 0
  #refused = 0

  constructor(server: Server, deps: GatewayDeps) {
    this.#deps = deps
    server.on('upgrade', (request, stream, head) => this.#upgrade(request, stream, head))
    this.#heartbeat = setInterval(() => this.#beat(), deps.limits.pingEveryMs)
  }

  stats() {
    const subscriptions = [...this.#connections].reduce((sum, { session }) => sum + session.subscriptions, 0)
    return { open: this.#connections.size, accepted: this.#accepted, refused: this.#refused, subscriptions }
  }

  /** Cuts every connection, as when the exchange goes away. */
  disconnectAll(): void {
    for (const { session } of this.#connections) session.cut()
  }

  close(): void {
    clearInterval(this.#heartbeat)
    for (const { socket } of this.#connections) socket.terminate()
    this.#webSockets.close()
  }

  #upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const { url = '', method = 'GET', headers } = request
    // A client that resets during the handshake must not bring the exchange down.
    stream.on('error', () => stream.destroy())
    if (url.split('?')[0] !== socketPath)
      return this.#reject(stream, 404, { error: { code: 'not_found', message: 'not found' } })
    const result = verifyRequest({ method, url, headers }, this.#deps.auth)
    if (!result.ok) return this.#reject(stream, 401, { error: result.failure })
    const held = [...this.#connections].filter(({ keyId }) => keyId === result.key.keyId).length
    if (held >= this.#deps.limits.connectionsPerKey) {
      return this.#reject(stream, 429, { error: 'too many requests' })
    }
    this.#webSockets.handleUpgrade(request, stream, head, (socket) =>
      this.#accept(socket, stream, result.key),
    )
  }

  #reject(stream: Duplex, status: number, body: object): void {
    this.#refused += 1
    const text = JSON.stringify(body)
    // The Date header is how a client with a wrong clock finds out by how much.
    stream.end(
      [
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
        `Date: ${new Date(this.#deps.auth.clock()).toUTCString()}`,
        'Content-Type: application/json',
        `Content-Length: ${Buffer.byteLength(text)}`,
        'Connection: close',
        '',
        text,
      ].join('\r\n'),
    )
  }

  #accept(socket: WebSocket, stream: Duplex, key: RegisteredKey): void {
    const { feed, limits, counters, auth } = this.#deps
    const session = new Session({
      outbox: new Outbox(socket, stream, limits.outboundBytes),
      grant: key,
      feed,
      limits,
      counters,
      clock: auth.clock,
      close: (code) => socket.close(code),
      terminate: () => socket.terminate(),
    })
    const connection: Connection = { socket, session, keyId: key.keyId, missed: 0 }
    this.#accepted += 1
    this.#connections.add(connection)
    socket.on('pong', () => (connection.missed = 0))
    socket.on('message', (data) => session.handle(textOf(data)))
    // A protocol violation by the client is reported here and then closes the socket.
    socket.on('error', () => undefined)
    socket.on('close', (code) => {
      this.#connections.delete(connection)
      feed.onClosed(session, code === 1000)
    })
  }

  #beat(): void {
    for (const connection of this.#connections) {
      if (connection.missed >= this.#deps.limits.missedPongs) {
        connection.socket.terminate()
        continue
      }
      connection.missed += 1
      connection.socket.ping('heartbeat')
    }
  }
}

/** The socket library hands every message over as one Buffer; its types also know forms it is not set to. */
function textOf(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString() : ''
}
