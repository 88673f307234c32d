import type { ServerFrameType } from '@whalecast/events'
import { shouldReconnect, subprotocol } from '@whalecast/events/wire'
import { ClosedError, reconnectingSocket, type ReconnectingSocket, type SocketError } from '@whalecast/socket'
import type { ClientState, ClientStats, Disposer, StreamOptions, WhalecastClient } from './client.ts'
import type { FrameStream } from './frame-stream.ts'
import { Delivery } from './delivery.ts'
import { Handlers } from './handlers.ts'
import { LogPositions, type MissedRange } from './log-positions.ts'
import { frameTypes, parseServerFrame, type ServerFrame } from './server-frame.ts'
import { Subscriptions } from './subscriptions.ts'
import { TradingStates } from './trading-states.ts'

export type ConnectOptions = {
  /** Address of the socket, e.g. `ws://127.0.0.1:8080/ws`; a text that is no URL throws. */
  readonly url: string
  /** Channels beyond those that are on by default. @default none */
  readonly channels?: readonly string[]
  /**
   * A token, or what gives one at each connection. It goes in a frame of its own before anything else is asked for,
   * never in the address. @default none
   */
  readonly token?: string | (() => string | undefined | Promise<string | undefined>)
  /**
   * `trading_state` comes as changes and is put together here: `trading_state` frames are handed out all the same, each
   * change as well. @default true
   */
  readonly delta?: boolean
  /** Silence after which the connection is given up and made anew. @default 45_000 */
  readonly staleAfterMs?: number
  /** Pace of the pings that measure the round trip. @default 15_000 */
  readonly pingEveryMs?: number
  /** Pause before a retry: first at once, then random up to `baseMs`, doubling up to `capMs`. @default 1_000 … 60_000 */
  readonly backoff?: { readonly baseMs?: number; readonly capMs?: number }
}

/**
 * Begins to connect and returns at once. The connection is kept until `close()` or until the server answers with
 * a close code that forbids coming back; subscriptions and places in log channels outlive every reconnect.
 */
export function connectWhalecast(options: ConnectOptions): WhalecastClient {
  return new Connection(options)
}

// About 20 s of a busy tape: a reader further behind than that is not coming back.
const defaultCapacity = 10_000

/** A server answers a resync at once; one that was lost is asked again. */
const resyncAgainMs = 2_000

type Counts = { -readonly [Name in keyof ClientStats]: ClientStats[Name] }

class Connection implements WhalecastClient {
  readonly #socket: ReconnectingSocket
  readonly #subscriptions: Subscriptions
  readonly #positions = new LogPositions()
  readonly #stateHandlers = new Handlers<ClientState>()
  readonly #delivery = new Delivery()
  readonly #tradingStates = new TradingStates()
  readonly #token: ConnectOptions['token']
  /** Counts connections, so that a token that came late for one is not sent on the next. */
  #epoch = 0
  /** Whether the server knows who this is and what is wanted. */
  #introduced = false
  /** When a whole trading state was asked for that has not come. */
  #resyncAtMs: number | null = null
  readonly #counts: Counts = {
    frames: 0,
    duplicates: 0,
    gaps: 0,
    unknownFrames: 0,
    invalidFrames: 0,
    connections: 0,
    tokenFailures: 0,
    rttMs: null,
    lastFrameAtMs: null,
  }
  #state: ClientState = { type: 'connecting', attempt: 1, retryAtMs: null, reason: '' }
  readonly #pingEveryMs: number
  #pingTimer: ReturnType<typeof setInterval> | undefined
  #pingSentAtMs: number | null = null
  /** When the server that says goodbye wants to see this client again. */
  #awaitedAtMs: number | null = null
  #leaveTimer: ReturnType<typeof setTimeout> | undefined

  constructor(options: ConnectOptions) {
    this.#subscriptions = new Subscriptions(options.channels, options.delta ?? true)
    this.#token = options.token
    const staleAfterMs = options.staleAfterMs ?? 45_000
    this.#pingEveryMs = options.pingEveryMs ?? 15_000
    this.#socket = reconnectingSocket({
      url: options.url,
      protocols: [subprotocol],
      // The last chance is a frame of ours: browsers have no ping of their own.
      idle: {
        pingAfterMs: (staleAfterMs * 2) / 3,
        deadAfterMs: staleAfterMs,
        pingText: () => this.#pingText(),
      },
      shouldRetry: comesBack,
      retryAfterMs: (error) => this.#awaitedInMs() ?? error.retryAfterMs,
      ...(options.backoff && { backoff: options.backoff }),
    })
    void this.#run()
  }

  get state(): ClientState {
    return this.#state
  }

  get stats(): ClientStats {
    return { ...this.#counts }
  }

  onState(handler: (state: ClientState) => void): Disposer {
    return this.#stateHandlers.add(handler)
  }

  on<Type extends ServerFrameType>(type: Type, handler: (frame: ServerFrame<Type>) => void): Disposer {
    return this.#delivery.on(type, handler)
  }

  frames(options?: StreamOptions): FrameStream<ServerFrame>
  frames<Type extends ServerFrameType>(
    options: StreamOptions & { readonly types: readonly Type[] },
  ): FrameStream<ServerFrame<Type>>
  frames(options: StreamOptions & { readonly types?: readonly ServerFrameType[] } = {}) {
    return this.#delivery.stream(options.types ?? frameTypes, options.capacity ?? defaultCapacity)
  }

  subscribe(channels: readonly string[]): void {
    // A frame that crossed an earlier unsubscribe must not make its pause look like a loss.
    for (const channel of channels) if (!this.#subscriptions.has(channel)) this.#positions.forget(channel)
    this.#ask(this.#subscriptions.add(channels))
  }

  unsubscribe(channels: readonly string[]): void {
    this.#ask(this.#subscriptions.remove(channels))
    for (const channel of channels) this.#positions.forget(channel)
    if (channels.includes('trading_state')) this.#tradingStates.forget()
  }

  close(): void {
    if (this.#state.type === 'disconnected') return
    this.#end({ type: 'disconnected', reason: 'closed by this client', code: null })
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
          this.#awaitedAtMs = null
          this.#epoch = event.epoch
          this.#tradingStates.forget()
          this.#resyncAtMs = null
          void this.#introduce(event.epoch)
          this.#send([this.#pingText()])
          this.#pingTimer = setInterval(() => this.#send([this.#pingText()]), this.#pingEveryMs)
          break
        case 'frame':
          this.#onText(event.data, event.receivedAtMs)
          break
        case 'closed':
          this.#onClosed(event.error, event.retryInMs)
          break
      }
    }
  }

  /** The token first: what is asked for after it may need it. Without one that can be had, everything else holds. */
  async #introduce(epoch: number): Promise<void> {
    const given = this.#token
    let token: string | undefined
    try {
      token = typeof given === 'function' ? await given() : given
    } catch {
      this.#counts.tokenFailures += 1
    }
    if (epoch !== this.#epoch || this.#state.type === 'disconnected') return
    const auth = token === undefined ? [] : [JSON.stringify({ type: 'auth', token })]
    this.#introduced = true
    this.#send([...auth, ...this.#subscriptions.replay()])
  }

  /** Before the introduction there is nothing to say: it says all of it. */
  #ask(texts: readonly string[]): void {
    if (this.#introduced) this.#send(texts)
  }

  #onClosed(error: SocketError, retryInMs: number | null): void {
    this.#introduced = false
    this.#stopTimers()
    if (retryInMs === null) {
      const code = error instanceof ClosedError ? error.code : null
      this.#end({ type: 'disconnected', reason: error.message, code })
      return
    }
    const attempt = this.#state.type === 'connecting' ? this.#state.attempt + 1 : 1
    this.#setState({ type: 'connecting', attempt, retryAtMs: Date.now() + retryInMs, reason: error.message })
  }

  #onText(text: string, receivedAtMs: number): void {
    this.#counts.lastFrameAtMs = receivedAtMs
    const parsed = parseServerFrame(text)
    if (parsed.kind !== 'frame') {
      this.#counts[parsed.kind === 'unknown' ? 'unknownFrames' : 'invalidFrames'] += 1
      return
    }
    const verdict = this.#positions.take(parsed.frame)
    if (verdict.type === 'duplicate') {
      this.#counts.duplicates += 1
      return
    }
    if (verdict.missed) this.#deliver(gapFrame(verdict.missed, receivedAtMs))
    this.#obey(parsed.frame, receivedAtMs)
    this.#deliver(parsed.frame)
    if (parsed.frame.type === 'trading_state_delta') this.#onDelta(parsed.frame, receivedAtMs)
  }

  /** Hands out the state that a change leads to, or asks for the whole one when the change does not fit. */
  #onDelta({ ts, data }: ServerFrame<'trading_state_delta'>, nowMs: number): void {
    const verdict = this.#tradingStates.apply(data)
    if (verdict.type === 'state') {
      const { state } = verdict
      this.#deliver({
        type: 'trading_state',
        ts,
        channel: 'trading_state',
        version: state.version,
        data: state,
      })
    } else if (verdict.type === 'missing') {
      if (this.#resyncAtMs !== null && nowMs - this.#resyncAtMs < resyncAgainMs) return
      this.#resyncAtMs = nowMs
      this.#send([JSON.stringify({ type: 'resync', channel: 'trading_state' })])
    }
  }

  /** What the protocol asks of the client itself. */
  #obey(frame: ServerFrame, receivedAtMs: number): void {
    if (frame.type === 'connection') {
      this.#counts.connections += 1
      this.#setState({ type: 'connected', sinceMs: receivedAtMs, connection: frame.data })
    } else if (frame.type === 'ping') {
      this.#socket.send(JSON.stringify({ type: 'pong', timestamp_ms: frame.data.timestamp_ms }))
    } else if (frame.type === 'pong') {
      if (this.#pingSentAtMs !== null) this.#counts.rttMs = receivedAtMs - this.#pingSentAtMs
      this.#pingSentAtMs = null
    } else if (frame.type === 'gap') {
      this.#positions.skip(frame.data.channel, { epoch: frame.data.epoch, offset: frame.data.to })
    } else if (frame.type === 'trading_state') {
      this.#tradingStates.take(frame.data)
      this.#resyncAtMs = null
    } else if (frame.type === 'goaway') {
      this.#leaveWithin(frame.data.reconnect_after_ms)
    }
  }

  #deliver(frame: ServerFrame): void {
    this.#counts.frames += 1
    if (frame.type === 'gap') this.#counts.gaps += 1
    this.#delivery.deliver(frame)
  }

  /** The server usually closes before the time is up; when it does not, the client leaves by itself. */
  #leaveWithin(ms: number): void {
    this.#awaitedAtMs = Date.now() + ms
    clearTimeout(this.#leaveTimer)
    this.#leaveTimer = setTimeout(() => this.#socket.reconnect('the server asked to go away'), ms)
  }

  #awaitedInMs(): number | undefined {
    return this.#awaitedAtMs === null ? undefined : Math.max(0, this.#awaitedAtMs - Date.now())
  }

  #pingText(): string {
    this.#pingSentAtMs = Date.now()
    return JSON.stringify({ type: 'ping', timestamp_ms: this.#pingSentAtMs })
  }

  #send(texts: readonly string[]): void {
    for (const text of texts) this.#socket.send(text)
  }

  #reason(): string {
    return this.#state.type === 'connecting' ? this.#state.reason : ''
  }

  #setState(state: ClientState): void {
    this.#state = state
    this.#stateHandlers.call(state)
  }

  #stopTimers(): void {
    clearInterval(this.#pingTimer)
    clearTimeout(this.#leaveTimer)
    this.#pingSentAtMs = null
  }

  #end(state: ClientState): void {
    this.#stopTimers()
    this.#setState(state)
    this.#stateHandlers.clear()
    this.#delivery.end()
  }
}

function comesBack(error: SocketError): boolean {
  return error instanceof ClosedError ? shouldReconnect(error.code) : error.retryable
}

function gapFrame(missed: MissedRange, ts: number): ServerFrame<'gap'> {
  return { type: 'gap', ts, channel: missed.channel, data: missed }
}
