import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import type { Dialect } from './dialects.ts'
import { clientFrame, FrameReader, type FrameListener } from './frame-reader.ts'

const [text, close, ping, pong] = [1, 8, 9, 10]
const headEnd = Buffer.from('\r\n\r\n')
/** Read into by every socket in turn: what a thousand clients get is looked at and forgotten. */
const shared = Buffer.alloc(256 * 1024)

export type ClientOptions = {
  readonly host: string
  readonly port: number
  readonly dialect: Dialect
  readonly channels: readonly string[]
  readonly onMessage: FrameListener['onMessage']
  /** Why the connection ended: the server's close code, 1006 without one. Not called after `end`. */
  readonly onEnd: (code: number) => void
}

/** One client of a server, on a bare socket. Resolves from `ready` when it listens to its channels. */
export class LoaderClient {
  readonly ready: Promise<void>
  private readonly options: ClientOptions
  private readonly socket: Socket
  private readonly reader: FrameReader
  private head: Buffer | undefined = Buffer.alloc(0)
  private code = 1006
  private ended = false
  private settle: { resolve(): void; reject(error: Error): void } | undefined

  constructor(options: ClientOptions) {
    this.options = options
    this.ready = new Promise((resolve, reject) => (this.settle = { resolve, reject }))
    this.reader = new FrameReader(options.dialect.mark, {
      onMessage: options.onMessage,
      onOther: (opcode, payload) => this.onOther(opcode, payload),
    })
    const { host, port } = options
    const onread = { buffer: shared, callback: (length: number) => this.onBytes(length) }
    this.socket = connect({ host, port, noDelay: true, onread })
    this.socket.on('connect', () => this.socket.write(upgrade(options)))
    this.socket.on('error', (error) => this.settle?.reject(error))
    this.socket.on('close', () => this.onClose())
  }

  /** Reads nothing more, until told to go on. */
  stall(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  end(): void {
    this.ended = true
    this.socket.destroy()
  }

  private onBytes(length: number): boolean {
    if (this.head === undefined) {
      this.reader.feed(shared, length)
      return true
    }
    this.head = Buffer.concat([this.head, shared.subarray(0, length)])
    const end = this.head.indexOf(headEnd)
    if (end < 0) return true
    const [status, rest] = [this.head.toString('latin1', 9, 12), this.head.subarray(end + headEnd.length)]
    this.head = undefined
    if (status !== '101') {
      this.socket.destroy(new Error(`the server answered ${status}`))
      return false
    }
    const { dialect, channels } = this.options
    this.send(dialect.hello(channels))
    this.reader.feed(rest, rest.length)
    return true
  }

  private onOther(opcode: number, payload: Buffer): void {
    if (opcode === ping) this.socket.write(clientFrame(pong, payload))
    if (opcode === close) this.onCloseFrame(payload)
    if (opcode !== text) return
    const { dialect, channels } = this.options
    const said = payload.toString()
    this.send(dialect.answer(said, channels))
    if (dialect.isReady(said)) this.settle?.resolve()
  }

  private onCloseFrame(payload: Buffer): void {
    if (payload.length >= 2) this.code = payload.readUInt16BE(0)
    this.socket.end(clientFrame(close, payload))
  }

  private onClose(): void {
    this.settle?.reject(new Error(`the server ended the connection (${this.code})`))
    if (!this.ended) this.options.onEnd(this.code)
    this.ended = true
  }

  private send(answer: string | undefined): void {
    if (answer !== undefined) this.socket.write(clientFrame(text, Buffer.from(answer)))
  }
}

function upgrade({ host, port, dialect }: ClientOptions): string {
  return [
    `GET ${dialect.path} HTTP/1.1`,
    `Host: ${host}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ...(dialect.protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${dialect.protocol}`]),
    '\r\n',
  ].join('\r\n')
}
