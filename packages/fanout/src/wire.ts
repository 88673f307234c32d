import { Duplex } from 'node:stream'
import * as ws from 'ws'
import type { WebSocket } from 'ws'
import type { Batch } from './batch.ts'
import { deflateWindowBits, Formats, textsOf, type Format } from './formats.ts'
import type { FrameText } from './frame.ts'
import type { ClientSocket } from './receiver.ts'
import { rehearse } from './rehearsal.ts'

export { deflateFromBytes, deflateLevel, deflateWindowBits } from './formats.ts'

/**
 * Everything that leans on internals of `ws` (8.23): `Sender.frame`, `_socket`, `_sender`, `_extensions`.
 * Writing one joined buffer past `send()` saves a call, an options object and a chunk per frame and client.
 */
export type Wire = {
  /** `send`: the internals are not as expected, so every frame goes through `send()`. */
  readonly mode: 'raw' | 'send'
  readonly frameText: FrameText
  /** `lines`: all of a turn in one message. Compressed, where the socket agreed to that without a memory. */
  readonly attach: (socket: WebSocket, how: Pick<Format, 'lines'>) => ClientSocket
}

type Frame = (payload: Buffer, options: object) => readonly Buffer[]
type Done = (error?: Error | null) => void
/** What of `ws`'s sender says that nothing of its own is on the way. */
type Sender = {
  readonly _state: number
  readonly _firstFragment: boolean
  readonly _queue: readonly unknown[]
}
type Raw = { readonly stream: Duplex; readonly sender: Sender }

const textFrame = { fin: true, opcode: 1, mask: false, readOnly: true }
const unframed: FrameText = (payload) => ({ bytes: payload, headerBytes: 0 })

/** `Sender.frame` of the installed `ws`, where it has one. */
function senderFrame(): Frame | undefined {
  const sender: unknown = Reflect.get(ws, 'Sender')
  const frame: unknown = typeof sender === 'function' ? Reflect.get(sender, 'frame') : undefined
  return typeof frame === 'function' ? (payload, options) => frame.call(sender, payload, options) : undefined
}

/** Chooses how frames are written: past `send()` only where a rehearsal shows the very same bytes. */
export function openWire(frame: Frame | undefined = senderFrame()): Wire {
  const framer = (payload: Buffer, deflated: boolean) =>
    Buffer.concat(frame?.(payload, { ...textFrame, rsv1: deflated }) ?? [payload])
  const frameText: FrameText = (payload) => {
    const bytes = framer(payload, false)
    return { bytes, headerBytes: bytes.length - payload.length }
  }
  const writeRaw = (socket: WebSocket, payload: Buffer) => {
    const raw = rawOf(socket)
    if (!raw || !isIdle(raw)) return false
    raw.stream.write(frameText(payload).bytes)
    return true
  }
  if (!frame || !rehearse(writeRaw)) return { mode: 'send', frameText: unframed, attach: attachSend }
  const formats = new Formats(framer)
  return {
    mode: 'raw',
    frameText,
    attach(socket, { lines }) {
      const raw = rawOf(socket)
      const sending = attachSend(socket, { lines })
      if (!raw || !isIdle(raw)) return sending
      const format = { lines, deflated: takesDeflated(socket) }
      // What `ws` writes by itself, it writes whole. Only what went through `send()` may be on the way and be split.
      let sent = false
      const write = (batch: Batch, done: Done): number => {
        if (socket.readyState !== socket.OPEN || (sent && !isIdle(raw))) {
          sent = true
          return sending.write(batch, done)
        }
        const bytes = formats.write(batch, format)
        raw.stream.write(bytes, done)
        return bytes.length
      }
      return {
        get buffered() {
          return sent ? socket.bufferedAmount : raw.stream.writableLength
        },
        write,
        close: (code, reason) => sending.close(code, reason),
        destroy: () => sending.destroy(),
      }
    },
  }
}

function attachSend(socket: WebSocket, { lines }: Pick<Format, 'lines'>): ClientSocket {
  return {
    get buffered() {
      return socket.bufferedAmount
    },
    write({ frames, bytes }, done) {
      const texts = lines ? textsOf(frames) : frames.map((frame) => frame.bytes.subarray(frame.headerBytes))
      for (const [index, text] of texts.entries()) {
        const last = index === texts.length - 1
        socket.send(text, { binary: false }, last ? done : undefined)
      }
      return bytes
    },
    close: (code, reason) => socket.close(code, reason),
    destroy: () => socket.terminate(),
  }
}

/** The TCP stream below a socket and what `ws` writes to it with; undefined where they are not as expected. */
function rawOf(socket: WebSocket): Raw | undefined {
  const stream: unknown = Reflect.get(socket, '_socket')
  const sender: unknown = Reflect.get(socket, '_sender')
  return stream instanceof Duplex && isSender(sender) ? { stream, sender } : undefined
}

/** Whether what is compressed for everybody is what this socket agreed to read. */
function takesDeflated(socket: WebSocket): boolean {
  const extensions: unknown = Reflect.get(socket, '_extensions')
  const agreed = fieldOf(fieldOf(extensions, 'permessage-deflate'), 'params')
  if (fieldOf(agreed, 'server_no_context_takeover') !== true) return false
  const bits = fieldOf(agreed, 'server_max_window_bits') ?? 15
  return typeof bits === 'number' && bits >= deflateWindowBits
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

function isSender(value: unknown): value is Sender {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, '_state') === 'number' &&
    typeof Reflect.get(value, '_firstFragment') === 'boolean' &&
    Array.isArray(Reflect.get(value, '_queue'))
  )
}

/** Whether a write past `ws` cannot overtake or split anything that it has to send itself. */
function isIdle({ stream, sender }: Raw): boolean {
  // The names are those of `ws`; read plainly, because this happens at every write.
  // oxlint-disable-next-line no-underscore-dangle
  return !stream.destroyed && sender._state === 0 && sender._firstFragment && sender._queue.length === 0
}
