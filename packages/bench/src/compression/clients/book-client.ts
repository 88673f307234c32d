import type { Socket } from 'node:net'
import type { Book, BookDelta } from '@whalecast/events'
import { applyBookDelta } from '@whalecast/events/wire'
import { WebSocket } from 'ws'

/** How a client reads. */
export type Reading = {
  readonly deflate: boolean
  /** The subprotocol that is asked for. */
  readonly protocol?: string
  /** Asks for books as changes to the book before. */
  readonly delta?: boolean
}

export type BookClientOptions = Reading & {
  readonly url: string
  readonly channels: readonly string[]
  /** The book as this client now has it. */
  readonly onBook: (version: number, book: Book) => void
  /** A change came to a book that this client does not have. */
  readonly onStrayChange: () => void
  /** Not called after `end`. */
  readonly onEnd: (code: number) => void
}

type Frame =
  | { readonly type: 'book'; readonly channel: string; readonly version: number; readonly data: Book }
  | { readonly type: 'book_delta'; readonly channel: string; readonly data: BookDelta }
  | { readonly type: 'subscribed' | 'ping' }

/** One client of a server, as a program would have it: an ordinary `ws`. */
export class BookClient {
  /** Resolves when it listens to its channels. */
  readonly ready: Promise<void>
  private readonly options: BookClientOptions
  private readonly socket: WebSocket
  private readonly held = new Map<string, { readonly version: number; readonly book: Book }>()
  private tcp: Socket | undefined
  private settle: { resolve(): void; reject(error: Error): void } | undefined

  constructor(options: BookClientOptions) {
    this.options = options
    const { url, protocol, deflate } = options
    this.ready = new Promise((resolve, reject) => (this.settle = { resolve, reject }))
    this.socket = new WebSocket(url, protocol === undefined ? [] : [protocol], { perMessageDeflate: deflate })
    this.socket.on('upgrade', ({ socket }) => (this.tcp = socket))
    this.socket.on('open', () => this.onOpen())
    this.socket.on('message', (data: Buffer) => this.onText(data.toString()))
    this.socket.on('error', (error) => this.settle?.reject(error))
    this.socket.on('close', (code) => this.onClose(code))
  }

  /** Bytes that have come on the TCP connection. */
  get bytes(): number {
    return this.tcp?.bytesRead ?? 0
  }

  end(): void {
    this.socket.removeAllListeners('close')
    this.socket.terminate()
  }

  private onOpen(): void {
    const { channels, deflate, delta = false } = this.options
    if (deflate !== this.socket.extensions.startsWith('permessage-deflate'))
      this.settle?.reject(new Error(`the server agreed to: ${this.socket.extensions || 'no extension'}`))
    this.socket.send(JSON.stringify({ type: 'subscribe', channels, ...(delta && { delta }) }))
  }

  private onText(text: string): void {
    // One message, or several of them, a line each.
    for (const line of text.split('\n')) this.onFrame(JSON.parse(line))
  }

  private onFrame(frame: Frame): void {
    if (frame.type === 'book') this.hold(frame.channel, frame.version, frame.data)
    else if (frame.type === 'book_delta') this.change(frame.channel, frame.data)
    else if (frame.type === 'subscribed') this.settle?.resolve()
    else if (frame.type === 'ping') this.socket.send('{"type":"pong"}')
  }

  private change(channel: string, delta: BookDelta): void {
    const before = this.held.get(channel)
    if (before?.version === delta.base_version)
      this.hold(channel, delta.version, applyBookDelta(before.book, delta))
    else this.options.onStrayChange()
  }

  private hold(channel: string, version: number, book: Book): void {
    this.held.set(channel, { version, book })
    this.options.onBook(version, book)
  }

  private onClose(code: number): void {
    this.settle?.reject(new Error(`the server ended the connection (${code})`))
    this.options.onEnd(code)
  }
}
