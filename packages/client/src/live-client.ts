import type { ServerFrameType } from '@whalecast/events'
import { Asking } from './asking.ts'
import type { ChannelFrame, ChannelName } from './channel-frames.ts'
import type { ClientState, ClientStats, Disposer, StreamOptions, WhalecastClient } from './client.ts'
import type { ConnectOptions } from './connect-options.ts'
import { Connection } from './connection.ts'
import { DataAge } from './data-age.ts'
import { Delivery } from './delivery.ts'
import type { FrameStream } from './frame-stream.ts'
import type { Staleness } from './freshness.ts'
import { Incoming } from './incoming.ts'
import { LogPositions } from './log-positions.ts'
import type { Page } from './page.ts'
import { Pulse } from './pulse.ts'
import { frameTypes, type ServerFrame } from './server-frame.ts'
import type { ReadOptions, SubscribeOptions } from './subscribe-options.ts'
import { Subscriptions } from './subscriptions.ts'
import { TokenKeeper } from './token-keeper.ts'

// About 20 s of a busy tape: a reader further behind than that is not coming back.
const defaultCapacity = 10_000

type Holder = { readonly scopes: readonly string[]; readonly token_expires_at_ms?: number | undefined }
type Counts = { -readonly [Name in keyof ClientStats]: ClientStats[Name] }

/** A client, whole: it keeps one connection, says on it what is wanted, and hands out what comes. */
export class LiveClient implements WhalecastClient {
  readonly #connection: Connection
  readonly #subscriptions: Subscriptions
  readonly #positions: LogPositions
  readonly #incoming: Incoming
  readonly #delivery = new Delivery()
  readonly #pulse: Pulse
  readonly #age: DataAge
  readonly #tokens: TokenKeeper
  readonly #asking: Asking
  readonly #unwatch: Disposer
  /** Whether this connection begins with nothing on. */
  #bare = false
  readonly #counts: Omit<Counts, 'rttMs'> = {
    frames: 0,
    duplicates: 0,
    gaps: 0,
    resumed: 0,
    unrecovered: 0,
    unknownFrames: 0,
    invalidFrames: 0,
    connections: 0,
    tokenFailures: 0,
    lastFrameAtMs: null,
  }

  constructor(options: ConnectOptions, page: Page) {
    const {
      url,
      channels = [],
      defaults = true,
      delta = true,
      resumeFrom,
      quietAfterMs,
      pingEveryMs = 15_000,
    } = options
    const send = (text: string) => this.#connection.send(text)
    this.#subscriptions = new Subscriptions({ channels, delta, defaults })
    this.#positions = new LogPositions(resumeFrom)
    this.#incoming = new Incoming({
      subscriptions: this.#subscriptions,
      positions: this.#positions,
      counts: this.#counts,
      send,
      hand: (frame, receivedAtMs) => this.#hand(frame, receivedAtMs),
    })
    this.#pulse = new Pulse({ everyMs: pingEveryMs, resting: () => page.hidden, send })
    this.#age = new DataAge(this.#pulse, quietAfterMs)
    this.#tokens = new TokenKeeper({
      source: options.token,
      show: (token) => this.#asking.show(token),
      onFailure: () => (this.#counts.tokenFailures += 1),
    })
    this.#asking = new Asking({
      subscriptions: this.#subscriptions,
      positions: this.#positions,
      tokens: this.#tokens,
      send,
    })
    const bareUrl = withoutDefaults(url)
    this.#connection = new Connection({
      ...options,
      url: () => {
        // Who comes back says itself what it wants, and from where.
        this.#bare = !defaults || resumeFrom !== undefined || this.#counts.connections > 0
        return this.#bare ? bareUrl : url
      },
      pingText: () => this.#pulse.text(),
      onOpen: () => this.#onOpen(),
      onText: (text, receivedAtMs) => {
        this.#counts.lastFrameAtMs = receivedAtMs
        this.#age.heard(receivedAtMs)
        this.#incoming.take(text, receivedAtMs)
      },
      onDown: () => this.#onDown(),
      onEnd: () => {
        this.#onDown()
        this.#age.stop()
        this.#unwatch()
        this.#delivery.end()
      },
    })
    this.#unwatch = page.watch(
      (why) => this.#connection.wake(why),
      () => this.#connection.doubt(),
    )
  }

  get state(): ClientState {
    return this.#connection.state
  }

  get stats(): ClientStats {
    return { ...this.#counts, rttMs: this.#pulse.rttMs }
  }

  serverNowMs(): number {
    return this.#pulse.toServerMs(Date.now())
  }

  onState(handler: (state: ClientState) => void): Disposer {
    return this.#connection.onState(handler)
  }

  onStaleness(handler: (change: Staleness) => void): Disposer {
    return this.#age.on(handler)
  }

  on<Type extends ServerFrameType>(type: Type, handler: (frame: ServerFrame<Type>) => void): Disposer {
    return this.#delivery.on(type, handler)
  }

  frames(options?: StreamOptions): FrameStream<ServerFrame>
  frames<Type extends ServerFrameType>(
    options: StreamOptions & { readonly types: readonly Type[] },
  ): FrameStream<ServerFrame<Type>>
  frames(options: StreamOptions & { readonly types?: readonly ServerFrameType[] } = {}) {
    const { types = frameTypes, capacity = defaultCapacity } = options
    return this.#delivery.stream<ServerFrame>(capacity, (push) => {
      const disposers = [...new Set(types)].map((type) => this.on(type, push))
      return () => {
        for (const dispose of disposers) dispose()
      }
    })
  }

  stream<Name extends ChannelName>(channel: Name, options: ReadOptions & StreamOptions = {}) {
    return this.#delivery.stream<ChannelFrame<Name>>(options.capacity ?? defaultCapacity, (push) =>
      this.#read(channel, push, options),
    )
  }

  subscribe<Name extends ChannelName>(
    channel: Name,
    handler: (frame: ChannelFrame<Name>) => void,
    options?: ReadOptions,
  ): Disposer
  subscribe(channels: readonly string[], options?: SubscribeOptions): void
  subscribe<Name extends ChannelName>(
    channels: Name | readonly string[],
    second?: ((frame: ChannelFrame<Name>) => void) | SubscribeOptions,
    options: ReadOptions = {},
  ): Disposer | void {
    if (typeof channels !== 'string') this.#asking.want(channels, typeof second === 'function' ? {} : second)
    else if (typeof second === 'function') return this.#read(channels, second, options)
    else throw new TypeError('a channel is subscribed with a handler, a list of channels without')
  }

  unsubscribe(channels: readonly string[]): void {
    this.#asking.giveUp(channels)
    for (const channel of channels) {
      this.#incoming.forget(channel)
      this.#age.forget(channel)
    }
  }

  close(): void {
    this.#connection.close()
  }

  #read<Name extends ChannelName>(
    channel: Name,
    handler: (frame: ChannelFrame<Name>) => void,
    { onGap, onStaleness, staleAfterMs, ...options }: ReadOptions,
  ): Disposer {
    const disposers = [this.#delivery.onChannel(channel, handler)]
    if (onGap)
      disposers.push(
        this.#delivery.on('gap', (frame) => {
          if (frame.data.channel === channel) onGap(frame)
        }),
      )
    if (onStaleness)
      disposers.push(
        this.#age.on((change) => {
          if (change.channel === channel) onStaleness(change)
        }),
      )
    if (staleAfterMs !== undefined) this.#age.watch(channel, staleAfterMs)
    if (this.#subscriptions.isNew(channel, options)) this.#asking.want([channel], options, false)
    this.#subscriptions.reads(channel, 1)
    return () => {
      if (disposers.length === 0) return
      for (const dispose of disposers.splice(0)) dispose()
      if (this.#subscriptions.reads(channel, -1)) this.unsubscribe([channel])
    }
  }

  #onOpen(): void {
    this.#incoming.opened()
    this.#age.connected()
    this.#pulse.start()
    void this.#asking.opened(this.#bare)
  }

  #onDown(): void {
    this.#asking.closed()
    this.#pulse.stop()
    this.#tokens.stop()
    this.#age.disconnected()
  }

  #hand(frame: ServerFrame, receivedAtMs: number): void {
    this.#obey(frame, receivedAtMs)
    this.#counts.frames += 1
    if (frame.type === 'gap') this.#counts.gaps += 1
    if (frame.channel !== undefined && this.#subscriptions.has(frame.channel))
      this.#age.take(frame.channel, frame)
    this.#delivery.deliver(frame)
  }

  /** What the protocol asks of the client itself. */
  #obey(frame: ServerFrame, receivedAtMs: number): void {
    const { type } = frame
    // These are made just before they are sent.
    if (type === 'connection' || type === 'ping' || type === 'pong') this.#pulse.heard(frame.ts, receivedAtMs)
    if (type === 'connection' || type === 'authenticated') this.#tokens.holdsFor(holdsForMs(frame))
    if (type === 'connection') {
      this.#counts.connections += 1
      this.#connection.greeted(frame.data, receivedAtMs)
    } else if (type === 'authenticated') {
      this.#asking.authenticated(frame.data.scopes)
    } else if (type === 'ping') {
      this.#connection.send(JSON.stringify({ type: 'pong', timestamp_ms: frame.data.timestamp_ms }))
    } else if (type === 'pong') {
      this.#pulse.answered(frame.data.timestamp_ms, receivedAtMs)
    } else if (type === 'error') {
      this.#tokens.complained(frame.data.code)
    } else if (type === 'goaway') {
      this.#connection.leaveWithin(frame.data.reconnect_after_ms)
    }
  }
}

function withoutDefaults(url: string): string {
  const bare = new URL(url)
  bare.searchParams.set('defaults', 'off')
  return bare.href
}

/** How long the token holds from when the frame was made; both moments are of the server's clock. */
function holdsForMs({ ts, data }: { readonly ts: number; readonly data: Holder }): number | undefined {
  return data.token_expires_at_ms === undefined ? undefined : data.token_expires_at_ms - ts
}
