import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { envelopeSchema, type ServerFrameType } from '@whalecast/events'
import { eventually } from '@whalecast/testkit'
import { WebSocket, type ClientOptions } from 'ws'
import { checkFrame } from './documents.ts'

export type Frame = ReturnType<typeof envelopeSchema.parse> & {
  // Each test looks at the payload it expects; its schema was checked before.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any
  /** As it came over the wire. */
  readonly text: string
}

export type TestClient = Disposable & {
  readonly socket: WebSocket
  readonly frames: readonly Frame[]
  /** How many of them each WebSocket message held. */
  readonly messages: readonly number[]
  of(type: ServerFrameType): readonly Frame[]
  send(frame: unknown): void
  /** Waits until the condition holds for the frames that have come. */
  until(condition: (frames: readonly Frame[]) => boolean): Promise<void>
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
}

export type ConnectOptions = ClientOptions & {
  readonly protocols?: readonly string[]
  /** Behind the address: `?defaults=off`. */
  readonly query?: string
  /** @default true */
  readonly answersPings?: boolean
}

/** A frame as a client has to find it: every one is held against the AsyncAPI document. */
export function readFrame(text: string): Frame {
  const frame: unknown = JSON.parse(text)
  checkFrame(frame)
  return { ...envelopeSchema.parse(frame), text }
}

/** Connects and waits until the connection is open. Rejects with the server's answer when it refuses. */
export async function connectClient(url: string, options: ConnectOptions = {}): Promise<TestClient> {
  const { protocols = ['whalecast.v1'], query = '', answersPings = true, ...rest } = options
  const socket = new WebSocket(`${url.replace('http', 'ws')}ws${query}`, [...protocols], rest)
  const frames: Frame[] = []
  const messages: number[] = []
  const broken: Error[] = []
  socket.on('message', (message: Buffer) => {
    try {
      const lines =
        socket.protocol === 'whalecast.v1.batch' ? message.toString().split('\n') : [message.toString()]
      messages.push(lines.length)
      for (const frame of lines.map(readFrame)) {
        frames.push(frame)
        if (frame.type === 'ping' && answersPings)
          socket.send(JSON.stringify({ type: 'pong', timestamp_ms: frame.data.timestamp_ms }))
      }
    } catch (error) {
      broken.push(error instanceof Error ? error : new Error(String(error)))
    }
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  await once(socket, 'open')
  socket.on('error', () => undefined)
  return {
    socket,
    frames,
    messages,
    of: (type) => frames.filter((frame) => frame.type === type),
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    async until(condition) {
      await eventually(() => {
        if (broken[0]) throw broken[0]
        if (!condition(frames))
          throw new Error(`got ${frames.map(({ type }) => type).join(' ')}`.slice(0, 300))
      })
    },
    closed,
    [Symbol.dispose]: () => socket.terminate(),
  }
}

/** The HTTP answer to an upgrade that was refused. */
export async function refusedUpgrade(url: string, headers: Readonly<Record<string, string>>, path = 'ws') {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}`, { headers })
  socket.on('error', () => undefined)
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    socket.once('unexpected-response', (_request, answer) => resolve(answer))
    socket.once('open', () => {
      socket.terminate()
      reject(new Error('the upgrade was not refused'))
    })
  })
  response.resume()
  socket.terminate()
  return { status: response.statusCode, headers: response.headers }
}
