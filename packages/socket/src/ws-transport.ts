import type { IncomingMessage } from 'node:http'
import { WebSocket, type RawData } from 'ws'
import { ClosedError, ConnectFailedError, HandshakeError } from './errors.ts'
import type { Connection, ConnectionHandlers, DialRequest } from './transport.ts'

const maxErrorBodyBytes = 4_096

/** Connections of Node, over `ws`, which answers pings by itself. */
export function wsTransport(request: DialRequest, handlers: ConnectionHandlers): Connection {
  const socket = new WebSocket(request.url, [...request.protocols], {
    headers: request.headers,
    maxPayload: request.maxPayloadBytes,
    // Compression costs more time than a firehose on a fast line has, and a context per connection.
    perMessageDeflate: false,
    followRedirects: false,
  })
  let failure: unknown
  let rejected: HandshakeError | undefined
  let opened = false

  socket.on('open', () => {
    opened = true
    handlers.onOpen()
  })
  socket.on('message', (data) => handlers.onFrame(textOf(data)))
  socket.on('ping', () => handlers.onActivity())
  socket.on('pong', () => handlers.onActivity())
  socket.on('error', (error) => (failure = error))
  socket.on('unexpected-response', (_request, response) => {
    readBody(response, (body) => {
      rejected = new HandshakeError({
        status: response.statusCode ?? 0,
        body,
        headers: flatHeaders(response),
      })
      socket.terminate()
    })
  })
  socket.on('close', (code, reason) => {
    if (opened) handlers.onClosed(new ClosedError(code, reason.toString(), { cause: failure }))
    else handlers.onClosed(rejected ?? new ConnectFailedError(messageOf(failure), { cause: failure }))
  })

  return {
    send(text) {
      if (socket.readyState !== WebSocket.OPEN) return false
      socket.send(text, ignore)
      return true
    },
    ping() {
      if (socket.readyState === WebSocket.OPEN) socket.ping(undefined, undefined, ignore)
    },
    pause() {
      socket.pause()
      return true
    },
    resume: () => socket.resume(),
    close(code, reason) {
      try {
        socket.close(code, reason)
      } catch {
        // A code or reason that may not be sent: the connection ends all the same.
        socket.terminate()
      }
    },
    terminate: () => socket.terminate(),
  }
}

/** A failed write is followed by `close`, which tells it. */
function ignore(): void {}

function textOf(data: RawData): string {
  if (Buffer.isBuffer(data)) return data.toString()
  return (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)).toString()
}

function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'The connection failed'
  // Node reports a refusal on both address families as one error without a message around the two.
  if ('errors' in error && Array.isArray(error.errors)) return error.errors.map(messageOf).join('; ')
  return 'message' in error && typeof error.message === 'string' ? error.message : 'The connection failed'
}

function flatHeaders(response: IncomingMessage): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return flat
}

/** Calls once: at the end of the body, at the limit, or when the answer breaks off. */
function readBody(response: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  let finished = false
  const finish = () => {
    if (finished) return
    finished = true
    done(Buffer.concat(chunks).subarray(0, maxErrorBodyBytes).toString())
  }
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= maxErrorBodyBytes) finish()
  })
  response.on('error', finish)
  response.on('close', finish)
}
