import { createHash, randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { frameBytes, opcodes, closePayload } from './frame-bytes.ts'
import { FrameReader, type ServerFrame } from './frame-reader.ts'

export type RawSocketOptions = {
  /** @default '/ws' */
  readonly path?: string
  readonly method?: string
  /** In place of the usual ones of the same name; undefined leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Where it connects from; one of this machine. */
  readonly localAddress?: string
  /** Sent in the same packet as the request. */
  readonly head?: Buffer
}

/** How a connection ended: the code of the server's close frame, `empty` for one without, `cut` without any. */
export type RawEnd = { readonly code: number | 'empty' | 'cut'; readonly reason: string }

/** A WebSocket connection in bare TCP: what is written goes out as it is, what comes is kept. */
export type RawSocket = Disposable & {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly socket: Socket
  /** Every frame of the server so far, close frames included. */
  readonly frames: readonly ServerFrame[]
  write(bytes: Buffer): void
  /** Sends a text, framed as it has to be. */
  send(text: string): void
  /** Ends the connection as it should be ended, and waits for it. */
  close(code?: number): Promise<RawEnd>
  /** Called with each frame. */
  onFrame(listener: (frame: ServerFrame) => void): void
  /** The body of an answer that is no upgrade. */
  readonly body: Promise<string>
  readonly ended: Promise<RawEnd>
}

const acceptGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** Connects, asks for the upgrade, and resolves with the answer, whatever it is. Rejects when there is none. */
export async function openRawSocket(url: string, options: RawSocketOptions = {}): Promise<RawSocket> {
  const { hostname, port, host } = new URL(url)
  const key = randomBytes(16).toString('base64')
  const { localAddress } = options
  const socket = connect({
    port: Number(port),
    host: hostname.replaceAll(/[[\]]/g, ''),
    ...(localAddress !== undefined && { localAddress }),
  })
  socket.setNoDelay(true)
  const request = requestBytes(host, key, options)
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0)
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the server hung up without an answer')))
    socket.once('connect', () => socket.write(request))
    const onHead = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const end = received.indexOf('\r\n\r\n')
      if (end < 0) return
      socket.off('data', onHead)
      socket.off('error', reject)
      const { status, headers } = readHead(received.subarray(0, end).toString('latin1'))
      const expected = createHash('sha1')
        .update(key + acceptGuid)
        .digest('base64')
      const custom = options.headers && 'sec-websocket-key' in options.headers
      if (status === 101 && !custom && headers.get('sec-websocket-accept') !== expected)
        return reject(new Error('the server answered another key'))
      resolve(follow(socket, { status, headers, rest: received.subarray(end + 4) }))
    }
    socket.on('data', onHead)
  })
}

function requestBytes(host: string, key: string, options: RawSocketOptions): Buffer {
  const { path = '/ws', method = 'GET', headers = {}, head = Buffer.alloc(0) } = options
  const all: Record<string, string | undefined> = {
    host,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': key,
    ...headers,
  }
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  )
  return Buffer.concat([Buffer.from([`${method} ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n')), head])
}

function readHead(text: string): { readonly status: number; readonly headers: ReadonlyMap<string, string> } {
  const [first = '', ...lines] = text.split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return { status: Number(first.split(' ')[1]), headers: new Map(headers) }
}

type Opened = Pick<RawSocket, 'status' | 'headers'> & { readonly rest: Buffer }

function follow(socket: Socket, { status, headers, rest }: Opened): RawSocket {
  const frames: ServerFrame[] = []
  const listeners: ((frame: ServerFrame) => void)[] = []
  const reader = new FrameReader()
  let text = status === 101 ? '' : rest.toString()
  const take = (chunk: Buffer) => {
    if (status !== 101) text += chunk.toString()
    else
      for (const frame of reader.read(chunk)) {
        frames.push(frame)
        for (const listener of listeners) listener(frame)
      }
  }
  if (status === 101) take(rest)
  socket.on('data', take)
  socket.on('error', () => undefined)
  const ended = new Promise<RawEnd>((resolve) => socket.once('close', () => resolve(endOf(frames))))
  return {
    status,
    headers,
    socket,
    frames,
    ended,
    body: ended.then(() => text),
    write: (bytes) => void (socket.writable && socket.write(bytes)),
    send: (message) => void (socket.writable && socket.write(frameBytes({ payload: message }))),
    close(code = 1000) {
      socket.write(frameBytes({ opcode: opcodes.close, payload: closePayload(code) }))
      return ended
    },
    onFrame: (listener) => void listeners.push(listener),
    [Symbol.dispose]: () => socket.destroy(),
  }
}

function endOf(frames: readonly ServerFrame[]): RawEnd {
  const payload = frames.find(({ opcode }) => opcode === opcodes.close)?.payload
  if (!payload) return { code: 'cut', reason: '' }
  if (payload.length < 2) return { code: 'empty', reason: '' }
  return { code: payload.readUInt16BE(0), reason: payload.subarray(2).toString() }
}
