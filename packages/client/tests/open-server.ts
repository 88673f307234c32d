import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { clientFrameSchema } from '@whalecast/events'
import { WebSocketServer, type WebSocket } from 'ws'

/** The server's end of one connection: what the test says on it and what the client said. */
export class Peer {
  readonly #socket: WebSocket
  readonly #heard: unknown[] = []
  readonly #waiting: ((message: unknown) => void)[] = []
  /** Messages of the client that are no frame of the protocol. */
  readonly faults: string[] = []
  /** What the client offered and where it came to. */
  readonly protocols: readonly string[]
  readonly path: string

  constructor(socket: WebSocket, request: IncomingMessage) {
    this.#socket = socket
    this.protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
    this.path = request.url ?? ''
    socket.on('message', (data: Buffer) => {
      const message: unknown = JSON.parse(data.toString())
      const parsed = clientFrameSchema.safeParse(message)
      if (!parsed.success) this.faults.push(`${data.toString()}: ${parsed.error.message}`)
      // The client's own pings come at times of its choosing; a test that wants them takes them.
      const reader = this.#waiting.shift()
      if (reader) reader(message)
      else this.#heard.push(message)
    })
  }

  /** Sends a frame; `fields` overrides the envelope. */
  say(type: string, data: object, fields: object = {}): void {
    this.#socket.send(JSON.stringify({ type, ts: Date.now(), data, ...fields }))
  }

  sayText(text: string): void {
    this.#socket.send(text)
  }

  /** The next message of a type from the client; others before it are passed over. */
  async heard(type: string): Promise<Record<string, unknown>> {
    for (;;) {
      const message = this.#heard.shift() ?? (await new Promise<unknown>((take) => this.#waiting.push(take)))
      if (typeof message === 'object' && message !== null && 'type' in message && message.type === type) {
        return { ...message }
      }
    }
  }

  /** The next messages of the client, pings aside. */
  async next(count: number): Promise<unknown[]> {
    const messages: unknown[] = []
    while (messages.length < count) {
      const message = this.#heard.shift() ?? (await new Promise<unknown>((take) => this.#waiting.push(take)))
      const ping =
        typeof message === 'object' && message !== null && 'type' in message && message.type === 'ping'
      if (!ping) messages.push(message)
    }
    return messages
  }

  /** What the client said that no reader has taken. */
  get unread(): readonly unknown[] {
    return this.#heard
  }

  greet(fields: object = {}): void {
    this.say('connection', {
      client_id: 'c1',
      server_id: 's1',
      protocol: 'whalecast.v1',
      message: 'hello',
      channels: ['system'],
      scopes: ['market'],
      ping_interval_ms: 30_000,
      positions: {},
      timestamp_ms: Date.now(),
      ...fields,
    })
  }

  async close(code: number, reason = ''): Promise<void> {
    const closed = once(this.#socket, 'close')
    this.#socket.close(code, reason)
    await closed
  }

  /** Resolves with the code that the client closed with. */
  closed(): Promise<number> {
    return new Promise((resolve) => this.#socket.once('close', resolve))
  }
}

/** A real server that the test scripts, connection by connection. */
export async function openServer() {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  const peers: Peer[] = []
  const all: Peer[] = []
  const waiting: ((peer: Peer) => void)[] = []
  server.on('connection', (socket, request) => {
    const peer = new Peer(socket, request)
    all.push(peer)
    const next = waiting.shift()
    if (next) next(peer)
    else peers.push(peer)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `ws://127.0.0.1:${address.port}/ws`,
    /** The next connection that a client makes. */
    async accept(): Promise<Peer> {
      return peers.shift() ?? (await new Promise<Peer>((take) => waiting.push(take)))
    },
    get openSockets(): number {
      return server.clients.size
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const socket of server.clients) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
      const faults = all.flatMap((peer) => peer.faults)
      if (faults.length > 0) throw new Error(`the client said what is no frame: ${faults.join('\n')}`)
    },
  }
}
