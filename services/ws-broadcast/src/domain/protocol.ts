import { closeCodes, defaultChannels, parseChannel, subprotocol, type Connection } from '@whalecast/events'
import type { Board } from './board.ts'
import type { Client } from './client.ts'
import { readClientFrame, type FrameProblem } from './client-frame.ts'
import type { Hub } from './hub.ts'
import type { FrameEncoder } from './out-frame.ts'

export type Problem =
  | FrameProblem
  | 'binary'
  | 'too_big'
  | 'protocol'
  | 'unknown_channel'
  | 'too_many_channels'
  | 'rate_limited'

export type ProtocolOptions = {
  readonly hub: Hub
  readonly board: Board
  readonly encoder: FrameEncoder
  readonly serverId: string
  readonly pingIntervalMs: number
  readonly now: () => number
  readonly onRtt: (ms: number) => void
  readonly onProblem: (problem: Problem) => void
}

/** Far above what a screen shows; below it, a client cannot make this process hold a table of every market. */
const channelsPerClient = 256
/** How fast one restarted replica takes its clients back without refusing any. */
const reconnectsPerSecond = 500

/** The conversation with one client at a time: greeting, subscriptions, pings, farewell. */
export class Protocol {
  readonly #options: ProtocolOptions

  constructor(options: ProtocolOptions) {
    this.#options = options
  }

  /**
   * `connection`, `history_replay`, the snapshots of the default channels, then live. All of it happens in
   * one turn, so nothing can come between a snapshot and the first live frame after it.
   */
  greet(client: Client): void {
    const { hub, encoder, serverId, pingIntervalMs, now } = this.#options
    hub.add(client)
    const data: Connection = {
      client_id: client.id,
      server_id: serverId,
      protocol: subprotocol,
      message: 'welcome to Whalecast',
      channels: [...defaultChannels],
      ping_interval_ms: pingIntervalMs,
      timestamp_ms: now(),
    }
    hub.send(client, encoder.encode({ type: 'connection', data }, 'control'))
    for (const channel of defaultChannels) this.#listen(client, channel)
  }

  /** Answers one message of a client; whatever it holds, only this client feels it. */
  onMessage(client: Client, message: Buffer, isBinary: boolean): void {
    const { hub, now } = this.#options
    const verdict = client.budget.take(now())
    if (verdict === 'ok') {
      if (isBinary) this.#complain(client, 'binary', 'frames are text')
      else this.#onText(client, message.toString())
      return
    }
    if (verdict === 'warn') this.#complain(client, 'rate_limited', 'too many frames; these are not read')
    else this.#options.onProblem('rate_limited')
    if (verdict === 'close') hub.close(client, closeCodes.rateLimited, 'too many frames')
  }

  /** Tells every client to come back later, not all at once, and ends its connection. */
  farewell(): void {
    const { hub, encoder } = this.#options
    for (const [index, client] of [...hub.clients()].entries()) {
      const reconnectAfterMs = Math.floor((index * 1_000) / reconnectsPerSecond)
      const data = { reason: 'this server is going down', reconnect_after_ms: reconnectAfterMs }
      hub.send(client, encoder.encode({ type: 'goaway', data }, 'control'))
      hub.close(client, closeCodes.serviceRestart, 'this server is going down')
    }
  }

  #onText(client: Client, text: string): void {
    const { hub, encoder, now, onRtt } = this.#options
    const read = readClientFrame(text)
    if (!read.ok) return this.#complain(client, read.code, read.message)
    const { frame } = read
    switch (frame.type) {
      case 'subscribe':
        return this.#subscribe(client, frame.channels)
      case 'unsubscribe':
        for (const channel of frame.channels) hub.unlisten(client, channel)
        return this.#tellChannels(client)
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

  #subscribe(client: Client, channels: readonly string[]): void {
    const { subscriptions } = this.#options.hub
    const unknown = channels.filter((channel) => parseChannel(channel) === undefined)
    if (unknown.length > 0)
      this.#complain(client, 'unknown_channel', `there is no channel ${JSON.stringify(unknown[0])}`)
    const held = new Set(subscriptions.of(client))
    const wanted = [...new Set(channels)].filter(
      (channel) => !held.has(channel) && !unknown.includes(channel),
    )
    if (held.size + wanted.length > channelsPerClient) {
      this.#complain(client, 'too_many_channels', `one client may listen to ${channelsPerClient} channels`)
      return this.#tellChannels(client)
    }
    this.#tellChannels(client, [...held, ...wanted])
    for (const channel of wanted) this.#listen(client, channel)
  }

  /** Snapshot and registration belong together: between them the loop must not turn. */
  #listen(client: Client, channel: string): void {
    const { hub, board } = this.#options
    if (!hub.listen(client, channel)) return
    for (const frame of board.snapshot(channel)) hub.send(client, frame)
  }

  #tellChannels(client: Client, channels = this.#options.hub.subscriptions.of(client)): void {
    const { hub, encoder } = this.#options
    hub.send(client, encoder.encode({ type: 'subscribed', data: { channels: [...channels] } }, 'control'))
  }

  #complain(client: Client, code: Problem, message: string): void {
    const { hub, encoder, onProblem } = this.#options
    onProblem(code)
    hub.send(client, encoder.encode({ type: 'error', data: { code, message } }, 'control'))
  }
}
