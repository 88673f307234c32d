import { closeCodes, subprotocol, type Connection, type ErrorCode } from '@whalecast/events'
import type { FrameEncoder, Hub } from '@whalecast/fanout'
import { tokenProblems, type Access, type Caller, type TokenProblem } from '../access/access.ts'
import type { Board } from '../channels/board.ts'
import type { Client } from './client.ts'
import { readClientFrame } from './client-frame.ts'
import { Credentials, type Message } from '../access/credentials.ts'
import type { ListenedFeeds } from '../channels/listened-feeds.ts'
import type { Resume } from '../continuity/resume.ts'
import type { SubscribeFrame } from './subscribe-plan.ts'
import { Subscriptions } from './subscriptions.ts'

/** What a client did wrong: answered with an error, or the reason of its end. */
export type Problem = ErrorCode | 'too_big' | 'protocol'

export type ProtocolOptions = {
  readonly hub: Hub<Client>
  readonly board: Board
  readonly encoder: FrameEncoder
  readonly access: Access
  readonly resume: Resume
  readonly listened: ListenedFeeds
  readonly serverId: string
  readonly pingIntervalMs: number
  readonly now: () => number
  readonly onRtt: (ms: number) => void
  readonly onProblem: (problem: Problem) => void
}

export type Greeting = {
  /** Whether it is sent the default channels without asking. @default true */
  readonly defaults?: boolean
  /** The subprotocol that was agreed on. @default whalecast.v1 */
  readonly protocol?: string
}

/** A token may be mistyped; who tries more of them is not let try on. */
const tokensRefused = 3

/** The conversation with one client at a time: greeting, subscriptions, pings, farewell. */
export class Protocol {
  readonly #options: ProtocolOptions
  readonly #credentials: Credentials<Client>
  readonly #subscriptions: Subscriptions

  constructor(options: ProtocolOptions) {
    this.#options = options
    this.#subscriptions = new Subscriptions({
      ...options,
      complain: (client, code, message) => this.#complain(client, code, message),
    })
    const { access, hub } = options
    this.#credentials = new Credentials({
      access,
      onCaller: (client, caller) => this.#become(client, caller),
      onRefused: (client, reason) => this.#refuseToken(client, reason),
      onMessage: (client, message) => this.#read(client, message),
      onExpiring: (client, inMs) =>
        this.#say(client, 'token_expiring', `this token ends in ${Math.ceil(inMs / 1_000)} s`),
      onExpired: (client) => hub.close(client, closeCodes.tokenExpired, 'the token has expired'),
    })
  }

  /**
   * `connection`, `history_replay`, the snapshots of the default channels, then live. All of it happens in
   * one turn, so nothing can come between a snapshot and the first live frame after it.
   */
  greet(client: Client, { defaults = true, protocol = subprotocol }: Greeting = {}): void {
    const { hub, board, encoder, serverId, pingIntervalMs, now } = this.#options
    hub.add(client)
    const channels = this.#subscriptions.defaultsOf(client, defaults)
    const data: Connection = {
      client_id: client.id,
      server_id: serverId,
      protocol,
      message: 'welcome to Whalecast',
      channels,
      scopes: [...client.caller.scopes],
      ping_interval_ms: pingIntervalMs,
      positions: board.positions(client.caller.scopes),
      timestamp_ms: now(),
      ...endOf(client.caller),
    }
    this.#credentials.watch(client, client.caller)
    hub.send(client, encoder.encode({ type: 'connection', data }, 'control'))
    this.#subscriptions.begin(client, channels)
  }

  /** Answers one message of a client; whatever it holds, only this client feels it. */
  onMessage(client: Client, message: Buffer, isBinary: boolean): void {
    if (this.#admits(client)) this.#take(client, { bytes: message, isBinary })
  }

  /** A ping or a pong of the WebSocket itself: it costs what a message costs. False: it is not to be answered. */
  onControl(client: Client): boolean {
    return this.#admits(client)
  }

  /** The client is gone. */
  left(client: Client): void {
    this.#credentials.forget(client)
  }

  /** Time passes for tokens. */
  tick(nowMs: number): void {
    this.#credentials.tick(nowMs)
  }

  #take(client: Client, message: Message): void {
    const held = this.#credentials.holds(client, message)
    if (held === 'no') return this.#read(client, message)
    if (held === 'yes') return
    this.#options.onProblem('rate_limited')
    this.#options.hub.close(client, closeCodes.rateLimited, 'too much before the answer to a token')
  }

  #read(client: Client, { bytes, isBinary }: Message): void {
    if (isBinary) this.#complain(client, 'binary', 'frames are text')
    else this.#onText(client, bytes.toString())
  }

  #onText(client: Client, text: string): void {
    const { hub, encoder, now, onRtt } = this.#options
    const read = readClientFrame(text)
    if (!read.ok) return this.#complain(client, read.code, read.message)
    const { frame } = read
    switch (frame.type) {
      case 'subscribe':
        return this.subscribe(client, frame)
      case 'unsubscribe':
        return this.#subscriptions.unsubscribe(client, frame.channels)
      case 'auth':
        return this.#credentials.show(client, frame.token)
      case 'resync':
        return this.#subscriptions.resync(client, frame.channel)
      case 'ping': {
        const echo = frame.timestamp_ms
        const fits = echo !== undefined && Number.isSafeInteger(echo) && echo >= 0
        const data = { timestamp_ms: fits ? echo : now() }
        return hub.send(client, encoder.encode({ type: 'pong', data }, 'control'))
      }
      case 'pong': {
        const rttMs = client.pong(frame.timestamp_ms, now())
        if (rttMs !== undefined) onRtt(rttMs)
      }
    }
  }

  /** Turns channels on, each with what it shows first or with what was missed. */
  subscribe(client: Client, frame: SubscribeFrame): void {
    this.#subscriptions.subscribe(client, frame)
  }

  #refuseToken(client: Client, reason: TokenProblem): void {
    if (reason === 'keys') return this.#complain(client, 'unavailable', tokenProblems[reason])
    this.#complain(client, 'unauthorized', tokenProblems[reason])
    if (reason === 'token') client.refusedTokens += 1
    if (client.refusedTokens >= tokensRefused)
      this.#options.hub.close(client, closeCodes.unauthorized, 'no such token')
  }

  /** From here on the client is who its token says. */
  #become(client: Client, caller: Caller): void {
    const { hub, encoder } = this.#options
    this.#subscriptions.change(client, () => {
      const refused = client.become(caller)
      if (refused) {
        this.#complain(client, 'too_many_connections', refused.message)
        return false
      }
      this.#credentials.watch(client, caller)
      const data = { name: caller.name, scopes: [...caller.scopes], ...endOf(caller) }
      hub.send(client, encoder.encode({ type: 'authenticated', data }, 'control'))
      return true
    })
  }

  #admits(client: Client): boolean {
    const { hub, now, onProblem } = this.#options
    const verdict = client.budget.take(now())
    if (verdict === 'ok') return true
    if (verdict === 'warn') this.#complain(client, 'rate_limited', 'too many frames; these are not read')
    else onProblem('rate_limited')
    if (verdict === 'close') hub.close(client, closeCodes.rateLimited, 'too many frames')
    return false
  }

  #complain(client: Client, code: ErrorCode, message: string): void {
    this.#options.onProblem(code)
    this.#say(client, code, message)
  }

  #say(client: Client, code: ErrorCode, message: string): void {
    const { hub, encoder } = this.#options
    hub.send(client, encoder.encode({ type: 'error', data: { code, message } }, 'control'))
  }
}

const endOf = ({ expiresAtMs }: Caller) =>
  expiresAtMs === undefined ? {} : { token_expires_at_ms: Math.floor(expiresAtMs) }
