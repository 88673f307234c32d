import type { ServerFrameMap } from '@whalecast/events'
import { batchSubprotocol, shouldReconnect, subprotocol } from '@whalecast/events/wire'
import { ClosedError, reconnectingSocket, type ReconnectingSocket, type SocketError } from '@whalecast/socket'
import type { ClientState, Disposer } from './client.ts'
import type { ConnectOptions } from './connect-options.ts'
import { Handlers } from './handlers.ts'

export type ConnectionOptions = Pick<ConnectOptions, 'staleAfterMs' | 'backoff' | 'batch'> & {
  /** Asked anew at each attempt. */
  readonly url: () => string
  /** A ping of ours, for the last chance before a silent connection is given up. */
  readonly pingText: () => string
  readonly onOpen: () => void
  readonly onText: (text: string, receivedAtMs: number) => void
  /** The connection is gone; another one follows unless `onEnd` is called after this. */
  readonly onDown: () => void
  /** It will not come back. */
  readonly onEnd: () => void
}

/** After a device has slept, an answer takes this long at most on a connection that still is one. */
const probeMs = 5_000
/** Who was heard within this needs no proof of life. */
const freshMs = 1_000

const inNode = typeof globalThis.process?.versions?.node === 'string'

/** The one connection of a client: where it stands, when it is made anew, and when not. */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #socket: ReconnectingSocket
  readonly #handlers = new Handlers<ClientState>()
  #state: ClientState = { type: 'connecting', attempt: 1, retryAtMs: null, reason: '' }
  /** The server does not want to see this client before. */
  #notBeforeMs = 0
  #leaveTimer: ReturnType<typeof setTimeout> | undefined
  #probeTimer: ReturnType<typeof setTimeout> | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { url, pingText, staleAfterMs = 45_000, backoff, batch = inNode } = options
    this.#socket = reconnectingSocket({
      url,
      protocols: batch ? [batchSubprotocol, subprotocol] : [subprotocol],
      // The last chance is a frame of ours: browsers have no ping of their own.
      idle: { pingAfterMs: (staleAfterMs * 2) / 3, deadAfterMs: staleAfterMs, pingText },
      shouldRetry: comesBack,
      retryAfterMs: (error) => this.#awaitedInMs(error),
      backoff: { baseMs: 500, capMs: 30_000, ...backoff, jitter: 'decorrelated' },
    })
    void this.#run()
  }

  get state(): ClientState {
    return this.#state
  }

  onState(handler: (state: ClientState) => void): Disposer {
    return this.#handlers.add(handler)
  }

  send(text: string): void {
    this.#socket.send(text)
  }

  /** The server has said who it is. */
  greeted(connection: ServerFrameMap['connection'], atMs: number): void {
    this.#setState({ type: 'connected', sinceMs: atMs, connection })
  }

  /**
   * The server is going and wants to see this client again after so long. It usually closes before; when it does not,
   * the client leaves by itself.
   */
  leaveWithin(ms: number): void {
    this.#notBeforeMs = Date.now() + ms
    clearTimeout(this.#leaveTimer)
    this.#leaveTimer = setTimeout(() => this.#socket.reconnect('the server asked to go away'), ms)
  }

  /** Something says that it is worth a look: a pause is over at once, and an open connection has to prove that it is one. */
  wake(why: string): void {
    if (this.#socket.state === 'waiting' && Date.now() >= this.#notBeforeMs) this.#socket.reconnect(why)
    else this.doubt()
  }

  /** Something says that the connection may be gone: unless it answers soon, it is. A server nearby needs no network. */
  doubt(): void {
    const { state, lastActivityAtMs } = this.#socket
    const nowMs = Date.now()
    if (state !== 'open' || nowMs - lastActivityAtMs < freshMs) return
    this.send(this.#options.pingText())
    clearTimeout(this.#probeTimer)
    this.#probeTimer = setTimeout(() => {
      if (this.#socket.lastActivityAtMs < nowMs) this.#socket.reconnect('no answer to a ping')
    }, probeMs)
  }

  /** Says goodbye. Safe to call again. */
  close(): void {
    if (this.#state.type === 'disconnected') return
    this.#end('closed by this client', null)
    this.#socket.close(1000, 'bye')
  }

  async #run(): Promise<void> {
    for await (const event of this.#socket) {
      if (this.#state.type === 'disconnected') continue
      switch (event.type) {
        case 'connecting':
          this.#setState({
            type: 'connecting',
            attempt: event.attempt,
            retryAtMs: null,
            reason: this.#reason(),
          })
          break
        case 'open':
          this.#notBeforeMs = 0
          this.#options.onOpen()
          break
        case 'frame':
          this.#options.onText(event.data, event.receivedAtMs)
          break
        case 'closed':
          this.#onClosed(event.error, event.retryInMs)
          break
      }
    }
  }

  #onClosed(error: SocketError, retryInMs: number | null): void {
    this.#stopTimers()
    this.#options.onDown()
    if (retryInMs === null) {
      this.#end(error.message, error instanceof ClosedError ? error.code : null)
      return
    }
    const attempt = this.#state.type === 'connecting' ? this.#state.attempt + 1 : 1
    this.#setState({ type: 'connecting', attempt, retryAtMs: Date.now() + retryInMs, reason: error.message })
  }

  #awaitedInMs({ retryAfterMs }: SocketError): number {
    const nowMs = Date.now()
    this.#notBeforeMs = Math.max(this.#notBeforeMs, nowMs + (retryAfterMs ?? 0))
    return this.#notBeforeMs - nowMs
  }

  #reason(): string {
    return this.#state.type === 'connecting' ? this.#state.reason : ''
  }

  #setState(state: ClientState): void {
    this.#state = state
    this.#handlers.call(state)
  }

  #stopTimers(): void {
    clearTimeout(this.#leaveTimer)
    clearTimeout(this.#probeTimer)
  }

  #end(reason: string, code: number | null): void {
    this.#stopTimers()
    this.#setState({ type: 'disconnected', reason, code })
    this.#handlers.clear()
    this.#options.onEnd()
  }
}

function comesBack(error: SocketError): boolean {
  return error instanceof ClosedError ? shouldReconnect(error.code) : error.retryable
}
