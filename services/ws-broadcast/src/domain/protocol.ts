import {
  closeCodes,
  defaultChannels,
  parseChannel,
  subprotocol,
  wireChannels,
  type ClientFrame,
  type Connection,
  type ErrorCode,
  type Position,
  type Subscribed,
} from '@whalecast/events'
import type { FrameEncoder, Hub } from '@whalecast/fanout'
import { tokenProblems, type Access, type Caller, type TokenProblem } from './access.ts'
import { isLogName, type Board, type LogName } from './board.ts'
import type { Client } from './client.ts'
import { readClientFrame } from './client-frame.ts'
import { Credentials, type Message } from './credentials.ts'
import { channelOf, feedOf, feedsOf, type Form } from './feeds.ts'
import type { Resume, Resumed } from './resume.ts'

/** What a client did wrong: answered with an error, or the reason of its end. */
export type Problem = ErrorCode | 'too_big' | 'protocol'

export type ProtocolOptions = {
  readonly hub: Hub<Client>
  readonly board: Board
  readonly encoder: FrameEncoder
  readonly access: Access
  readonly resume: Resume
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

/** Far above what a screen shows; below it, a client cannot make this process hold a table of every market. */
const channelsPerClient = 256
/** A token may be mistyped; who tries more of them is not let try on. */
const tokensRefused = 3

/** The conversation with one client at a time: greeting, subscriptions, pings, farewell. */
export class Protocol {
  readonly #options: ProtocolOptions
  readonly #credentials: Credentials<Client>

  constructor(options: ProtocolOptions) {
    this.#options = options
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
    const wanted = defaultChannels.filter((channel) => mayHear(client, channel))
    const channels = defaults ? wanted : []
    if (!defaults) for (const channel of defaultChannels) client.declined.add(channel)
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
    this.#listen(client, channels)
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
        this.#unlisten(client, frame.channels)
        for (const channel of frame.channels) if (isDefault(channel)) client.declined.add(channel)
        return this.#tellChannels(client)
      case 'auth':
        return this.#credentials.show(client, frame.token)
      case 'resync':
        return this.#resync(client, frame.channel)
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
  subscribe(client: Client, { channels, delta = false, resume = {} }: Subscribe): void {
    const { hub } = this.#options
    const asked = [...new Set(channels)]
    const places = Object.entries(resume)
    const stray = places.find(([channel]) => !isLogName(channel) || !asked.includes(channel))
    if (stray)
      return this.#complain(
        client,
        'bad_frame',
        `resume: ${JSON.stringify(stray[0])} is no log of this frame`,
      )
    const unknown = asked.filter((channel) => parseChannel(channel) === undefined)
    if (unknown.length > 0)
      this.#complain(client, 'unknown_channel', `there is no channel ${JSON.stringify(unknown[0])}`)
    const closed = asked.filter((channel) => !unknown.includes(channel) && !mayHear(client, channel))
    if (closed.length > 0)
      this.#complain(client, 'unauthorized', `${closed[0]} needs a token with the scope account`)
    const feeds = hub.feedsOf(client)
    const held = new Set(feeds.map(channelOf))
    const wanted = asked.filter(
      (channel) =>
        !unknown.includes(channel) &&
        !closed.includes(channel) &&
        (Object.hasOwn(resume, channel) || !feeds.includes(feedOf(channel, formOf(client, delta)))),
    )
    if (new Set([...held, ...wanted]).size > channelsPerClient) {
      this.#complain(client, 'too_many_channels', `one client may listen to ${channelsPerClient} channels`)
      return this.#tellChannels(client)
    }
    // The other form of the same channel ends where this one begins.
    this.#unlisten(client, wanted)
    for (const channel of wanted) client.declined.delete(channel)
    const resumed: Record<string, Resumed> = {}
    const behind: string[] = []
    for (const [channel, place] of places) {
      if (!isLogName(channel) || !wanted.includes(channel)) continue
      const done = this.#options.resume.goOn(client, channel, place)
      if (done) resumed[channel] = done
      else {
        behind.push(channel)
        void this.#catchUp(client, channel, place)
      }
    }
    const told = [...new Set([...held, ...wanted])].filter((channel) => !behind.includes(channel))
    // What is behind is told of once it is on.
    if (behind.length < wanted.length || behind.length === 0) this.#tellChannels(client, told, resumed)
    const anew = wanted.filter((channel) => told.includes(channel) && !Object.hasOwn(resumed, channel))
    this.#listen(client, anew, delta)
  }

  /** A log of which this replica does not hold enough: it is on once the rest has come from the stream. */
  async #catchUp(client: Client, channel: LogName, place: Position): Promise<void> {
    const resumed = await this.#options.resume.catchUp(client, channel, place)
    if (resumed) this.#tellChannels(client, undefined, { [channel]: resumed })
  }

  /** Snapshot and registration belong together: between them the loop must not turn. */
  #listen(client: Client, channels: readonly string[], delta = false): void {
    const { hub, board } = this.#options
    const form = formOf(client, delta)
    for (const feed of hub.listen(
      client,
      channels.map((channel) => feedOf(channel, form)),
    ))
      for (const frame of board.snapshot(channelOf(feed))) hub.send(client, frame)
  }

  #unlisten(client: Client, channels: readonly string[]): void {
    for (const channel of channels) if (isLogName(channel)) this.#options.resume.callOff(client, channel)
    this.#options.hub.unlisten(client, channels.flatMap(feedsOf))
  }

  #refuseToken(client: Client, reason: TokenProblem): void {
    if (reason === 'keys') return this.#complain(client, 'unavailable', tokenProblems[reason])
    this.#complain(client, 'unauthorized', tokenProblems[reason])
    if (reason === 'token') client.refusedTokens += 1
    if (client.refusedTokens >= tokensRefused)
      this.#options.hub.close(client, closeCodes.unauthorized, 'no such token')
  }

  /** From here on the client is who its token says: what that opens begins, what it does not cover ends. */
  #become(client: Client, caller: Caller): void {
    const { hub, board, encoder, resume } = this.#options
    const before = defaultChannels.filter((channel) => mayHear(client, channel))
    const refused = client.become(caller)
    if (refused) return this.#complain(client, 'too_many_connections', refused.message)
    const heard = new Set(hub.feedsOf(client).map(channelOf))
    this.#credentials.watch(client, caller)
    const data = { name: caller.name, scopes: [...caller.scopes], ...endOf(caller) }
    hub.send(client, encoder.encode({ type: 'authenticated', data }, 'control'))
    const lost = [...heard].filter((channel) => !mayHear(client, channel))
    const gained = defaultChannels.filter(
      (channel) => !before.includes(channel) && !client.declined.has(channel) && mayHear(client, channel),
    )
    const stopped = resume.under(client).filter((channel) => !mayHear(client, channel))
    this.#unlisten(client, [...lost, ...stopped])
    // The same channel in the form that this caller may read; what came before in the other form stands.
    if (heard.has('system')) {
      this.#unlisten(client, ['system'])
      hub.listen(client, [feedOf('system', formOf(client))])
    }
    const kept = [...heard].filter((channel) => !lost.includes(channel))
    // In the other form `prev` may lie behind what was passed over for this client: this is its place now.
    const { head } = board.log('system')
    const goesOn = heard.has('system') && head ? { system: { ...head, recovered: true } } : undefined
    this.#tellChannels(client, [...new Set([...kept, ...gained])], goesOn)
    this.#listen(client, gained)
  }

  #resync(client: Client, channel: string): void {
    const { hub, board } = this.#options
    const name = parseChannel(channel)?.name
    const heard = hub.feedsOf(client).some((feed) => channelOf(feed) === channel)
    if (name === undefined || !heard || wireChannels[name].class !== 'latest')
      return this.#complain(client, 'not_subscribed', 'resync: no latest channel that you listen to')
    for (const frame of board.snapshot(channel)) hub.send(client, frame)
  }

  #tellChannels(client: Client, channels?: readonly string[], resumed?: Subscribed['resumed']): void {
    const { hub, encoder } = this.#options
    const data: Subscribed = {
      channels: [...(channels ?? hub.feedsOf(client).map(channelOf))],
      ...(resumed && Object.keys(resumed).length > 0 && { resumed }),
    }
    hub.send(client, encoder.encode({ type: 'subscribed', data }, 'control'))
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

type Subscribe = Extract<ClientFrame, { type: 'subscribe' }>

/** Whether the client's scopes cover a channel. */
function mayHear(client: Client, channel: string): boolean {
  const name = parseChannel(channel)?.name
  return name !== undefined && client.has(wireChannels[name].scope)
}

const endOf = ({ expiresAtMs }: Caller) =>
  expiresAtMs === undefined ? {} : { token_expires_at_ms: Math.floor(expiresAtMs) }

const formOf = (client: Client, delta = false): Form => ({ delta, account: client.has('account') })

const isDefault = (channel: string): boolean => defaultChannels.some((name) => name === channel)
