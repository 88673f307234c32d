import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import * as ws from 'ws'
import type { WebSocket } from 'ws'
import type { ClientSocket } from './receiver.ts'
import type { FrameText } from './frame.ts'

/**
 * Everything that leans on internals of `ws` (8.23): `Sender.frame`, `_socket`, `_sender`.
 * Writing one joined buffer past `send()` saves a call, an options object and a chunk per frame and client.
 */
export type Wire = {
  /** `send`: the internals are not as expected, so every frame goes through `send()`. */
  readonly mode: 'raw' | 'send'
  readonly frameText: FrameText
  readonly attach: (socket: WebSocket) => ClientSocket
}

type Framer = (payload: Buffer, options: object) => readonly Buffer[]
type Done = (error?: Error | null) => void

const textFrame = { fin: true, opcode: 1, mask: false, rsv1: false, readOnly: true }
const unframed: FrameText = (payload) => ({ bytes: payload, headerBytes: 0 })

/** `Sender.frame` of the installed `ws`, where it has one. */
function senderFrame(): Framer | undefined {
  const sender: unknown = Reflect.get(ws, 'Sender')
  const frame: unknown = typeof sender === 'function' ? Reflect.get(sender, 'frame') : undefined
  return typeof frame === 'function' ? (payload, options) => frame.call(sender, payload, options) : undefined
}

/** Chooses how frames are written: past `send()` only where a rehearsal shows the very same bytes. */
export function openWire(framer: Framer | undefined = senderFrame()): Wire {
  const frameText: FrameText = (payload) => {
    const bytes = Buffer.concat(framer?.(payload, textFrame) ?? [payload])
    return { bytes, headerBytes: bytes.length - payload.length }
  }
  return framer && rehearse(frameText)
    ? { mode: 'raw', frameText, attach: (socket) => attach(socket, rawSocket) }
    : { mode: 'send', frameText: unframed, attach: (socket) => attach(socket, () => undefined) }
}

function attach(socket: WebSocket, raw: (socket: WebSocket) => Duplex | undefined): ClientSocket {
  return {
    get buffered() {
      return socket.bufferedAmount
    },
    write(batch, done) {
      const stream = raw(socket)
      if (stream) {
        stream.write(batch.joined(), done)
        return
      }
      const frames = batch.frames
      for (const [index, { bytes, headerBytes }] of frames.entries())
        send(socket, bytes.subarray(headerBytes), index === frames.length - 1 ? done : undefined)
    },
    close: (code, reason) => socket.close(code, reason),
    destroy: () => socket.terminate(),
  }
}

function send(socket: WebSocket, text: Buffer, done?: Done): void {
  socket.send(text, { binary: false }, done)
}

/** The TCP stream below, while writing to it cannot overtake or split anything that `ws` itself has to send. */
function rawSocket(socket: WebSocket): Duplex | undefined {
  const stream: unknown = Reflect.get(socket, '_socket')
  const sender: unknown = Reflect.get(socket, '_sender')
  if (socket.readyState !== socket.OPEN || !(stream instanceof Duplex) || stream.destroyed) return undefined
  if (typeof sender !== 'object' || sender === null) return undefined
  const queue: unknown = Reflect.get(sender, '_queue')
  const idle =
    Reflect.get(sender, '_state') === 0 &&
    Reflect.get(sender, '_firstFragment') === true &&
    Array.isArray(queue) &&
    queue.length === 0
  return idle ? stream : undefined
}

/** Whether a text written past `send()` gives the same bytes as `send()`, for each length of header. */
function rehearse(frameText: FrameText): boolean {
  const written: Buffer[] = []
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk)
      done()
    },
  })
  const server = new ws.WebSocketServer({ noServer: true })
  const take = () => Buffer.concat(written.splice(0))
  let same = false
  try {
    server.handleUpgrade(upgradeRequest(), stream, Buffer.alloc(0), (socket) => {
      take()
      same = [5, 500, 70_000].every((length) => {
        const payload = Buffer.alloc(length, 'x')
        send(socket, payload)
        const expected = take()
        const raw = rawSocket(socket)
        raw?.write(frameText(payload).bytes)
        return raw !== undefined && take().equals(expected)
      })
      socket.terminate()
    })
  } catch {
    same = false
  }
  stream.destroy()
  return same
}

function upgradeRequest(): IncomingMessage {
  const request = new IncomingMessage(new Socket())
  request.method = 'GET'
  request.url = '/'
  Object.assign(request.headers, {
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
  })
  return request
}
