import type { Position } from '@whalecast/events/wire'
import type { LogPositions, MissedRange, PlaceVerdict } from './log-positions.ts'
import { parseServerFrame, type ServerFrame } from './server-frame.ts'
import type { Subscriptions } from './subscriptions.ts'
import { WholeValues } from './whole-values.ts'

type Heads = Readonly<Record<string, Position>>

/** What is counted of what comes in. */
export type IncomingCounts = {
  duplicates: number
  unknownFrames: number
  invalidFrames: number
  resumed: number
  unrecovered: number
}

export type IncomingOptions = {
  readonly subscriptions: Subscriptions
  readonly positions: LogPositions
  readonly counts: IncomingCounts
  /** Sends a text on the open connection. */
  readonly send: (text: string) => void
  /** Takes what is handed out: frames of the server, gaps found here, states put together here. */
  readonly hand: (frame: ServerFrame, receivedAtMs: number) => void
}

/**
 * Turns the texts of one connection after the other into what is handed out: each log entry at most once and in order,
 * with a `gap` in the place of whatever is not proved to have come.
 */
export class Incoming {
  readonly #options: IncomingOptions
  readonly #wholes: WholeValues
  /** How far the server had come in each log, when it said so last on this connection. */
  #heads: Heads = {}
  /** Channels of which something was told lost on this connection. */
  readonly #lossTold = new Set<string>()

  constructor(options: IncomingOptions) {
    this.#options = options
    this.#wholes = new WholeValues(options)
  }

  /** A new connection: what is put together from changes begins anew; places in logs stay. */
  opened(): void {
    this.#wholes.clear()
    this.#lossTold.clear()
    this.#heads = {}
    this.#options.subscriptions.opened()
  }

  /** A channel is given up. */
  forget(channel: string): void {
    this.#options.positions.forget(channel)
    this.#wholes.forget(channel)
  }

  /** Takes one WebSocket message: one frame, or in a batch several, each on a line of its own. */
  take(text: string, receivedAtMs: number): void {
    if (!text.includes('\n')) return this.#takeFrame(text, receivedAtMs)
    for (const line of text.split('\n')) if (line !== '') this.#takeFrame(line, receivedAtMs)
  }

  #takeFrame(text: string, receivedAtMs: number): void {
    const { positions, subscriptions, counts } = this.#options
    const parsed = parseServerFrame(text)
    if (parsed.kind === 'invalid') {
      counts.invalidFrames += 1
      return
    }
    const { channel = '' } = parsed.frame
    // An entry of a type from the future has its place in the log like any other. What crosses an unsubscribe has none:
    // the pause that begins there is no loss.
    const followed = subscriptions.has(channel) || subscriptions.hears(channel)
    const verdict: PlaceVerdict = followed ? positions.take(parsed.frame) : { type: 'fresh', missed: null }
    if (verdict.type === 'duplicate') {
      counts.duplicates += 1
      return
    }
    if (verdict.missed) this.#handGap(verdict.missed, receivedAtMs)
    if (parsed.kind === 'unknown') counts.unknownFrames += 1
    else this.#hand(parsed.frame, receivedAtMs)
  }

  #hand(frame: ServerFrame, receivedAtMs: number): void {
    const { subscriptions, hand } = this.#options
    if (frame.type === 'gap') return this.#onGap(frame, receivedAtMs)
    if (frame.type === 'connection') {
      subscriptions.confirm(frame.data.channels)
      this.#greeted(frame.data.positions)
    } else if (frame.type === 'subscribed') {
      subscriptions.confirm(frame.data.channels)
      this.#onResumed(frame.data.resumed, receivedAtMs)
      this.#begin(frame.data.channels)
    } else if (frame.type === 'ping') {
      this.#prove(frame.data.positions)
    }
    hand(frame, receivedAtMs)
    this.#wholes.take(frame, receivedAtMs)
  }

  /** Where a client without a place starts from. One that has a place asks for what came since. */
  #greeted(heads: Heads = {}): void {
    const { subscriptions, positions } = this.#options
    this.#heads = heads
    for (const [channel, head] of Object.entries(heads))
      if (subscriptions.hears(channel) && !positions.of(channel)) positions.prove(channel, head)
  }

  #prove(heads: Heads = {}): void {
    const { subscriptions, positions } = this.#options
    this.#heads = heads
    for (const [channel, head] of Object.entries(heads))
      // Before the server has confirmed a channel, its place there says nothing of what this client was sent.
      if (subscriptions.hears(channel)) positions.prove(channel, head)
  }

  /** A channel that is new begins after the last head that was told, however much of it is shown first. */
  #begin(channels: readonly string[]): void {
    for (const channel of channels) {
      const head = this.#heads[channel]
      if (head) this.#options.positions.begin(channel, head)
    }
  }

  /** Everything that was sent again came before; what was not sent was told lost, or is told so here. */
  #onResumed(
    resumed: Readonly<Record<string, Position & { readonly recovered: boolean }>> = {},
    receivedAtMs: number,
  ): void {
    const { positions, counts } = this.#options
    for (const [channel, { epoch, offset, recovered }] of Object.entries(resumed)) {
      counts[recovered ? 'resumed' : 'unrecovered'] += 1
      if (!recovered && !this.#lossTold.has(channel)) {
        const held = positions.of(channel)
        const from = held?.epoch === epoch ? held.offset + 1 : 1
        if (from <= offset)
          this.#handGap({ channel, epoch, from, to: offset, reason: 'not_recovered' }, receivedAtMs)
      }
      positions.prove(channel, { epoch, offset })
    }
  }

  #onGap(frame: ServerFrame<'gap'>, receivedAtMs: number): void {
    this.#lossTold.add(frame.data.channel)
    const lost = this.#options.positions.lose(frame.data)
    if (lost) this.#options.hand({ ...frame, data: lost }, receivedAtMs)
  }

  #handGap(missed: MissedRange, ts: number): void {
    this.#options.hand({ type: 'gap', ts, channel: missed.channel, data: missed }, ts)
  }
}
