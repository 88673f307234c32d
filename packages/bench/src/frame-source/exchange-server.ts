import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { restAnswer } from './rest-answer.ts'
import { Subscriptions } from './subscriptions.ts'

const socketPath = '/trade-api/ws/v2'
/** The exchange's rhythm, and its words. */
const pingEveryMs = 10_000
const heartbeat = 'heartbeat'

/** A connection on which somebody may have subscribed. */
export type Reader = {
  readonly subscriptions: Subscriptions
  /** The connection below the WebSocket: whole frames may be written to it directly. */
  readonly socket: Duplex
}

export type ExchangeServer = {
  readonly port: number
  readonly readers: ReadonlySet<Reader>
  close(): Promise<void>
}

/** Listens on loopback and speaks the exchange's protocol with anyone who comes: no credentials are checked. */
export async function openExchangeServer(tickers: readonly string[]): Promise<ExchangeServer> {
  const readers = new Set<Reader>()
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  const http = createServer((request, response) => {
    const { status, body } = restAnswer(pathOf(request), tickers)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  http.on('upgrade', (request, socket: Socket, head) => {
    if (pathOf(request) !== socketPath) {
      socket.end('HTTP/1.1 404 Not Found\r\n\r\n')
      return
    }
    socket.setNoDelay(true)
    sockets.handleUpgrade(request, socket, head, (client) => serve(client, socket, readers))
  })
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  return {
    port: portOf(http.address()),
    readers,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate()
        http.close(() => resolve())
        http.closeAllConnections()
      }),
  }
}

function serve(client: WebSocket, socket: Duplex, readers: Set<Reader>): void {
  const reader = { subscriptions: new Subscriptions(), socket }
  readers.add(reader)
  const pings = setInterval(() => client.ping(heartbeat), pingEveryMs)
  client.on('message', (data) => {
    const text = Buffer.isBuffer(data) ? data.toString() : ''
    for (const frame of reader.subscriptions.answer(text)) client.send(frame)
  })
  client.on('error', () => client.terminate())
  client.on('close', () => {
    clearInterval(pings)
    readers.delete(reader)
  })
}

function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? '/', 'http://localhost').pathname
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('the server has no port')
  return address.port
}
