import {
  parseChannel,
  toTradeFrame,
  wireChannels,
  type ChannelOf,
  type Health,
  type HistoryReplay,
  type SystemActivity,
  type Trade,
  type TraderStatus,
  type WireChannelName,
} from '@whalecast/events'
import type { LatestMessage, LogGap, LogMessage } from '@whalecast/bus'
import { LogRing } from './log-ring.ts'
import type { FrameEncoder, OutFrame } from './out-frame.ts'

/** Bus channels that go to clients under their own name. */
export type LogName = Extract<WireChannelName, ChannelOf<'log'>>
export type LatestName = Extract<WireChannelName, ChannelOf<'latest'>>
export type AnyLog = { [Name in LogName]: LogMessage<Name> }[LogName]
export type AnyLatest = { [Name in LatestName]: LatestMessage<Name> }[LatestName]

/** What a replica says by itself, when nobody else can be heard. */
export type OwnVerdict =
  | { readonly channel: 'health'; readonly type: 'health'; readonly data: Health }
  | { readonly channel: 'status'; readonly type: 'trader_status'; readonly data: TraderStatus }

/** A frame and the channel whose listeners get it. */
export type Addressed = { readonly channel: string; readonly frame: OutFrame }

type Value = { readonly frame: OutFrame; readonly data: unknown }

const transitionLimit = wireChannels.system.snapshot
/** What `GET /v1/whales` and `/v1/activity` can look back on; the snapshots need less. */
const ringCapacity = 500

/**
 * What this replica knows of every channel. It turns bus messages into frames, and because it keeps those
 * very frames, what a new client is shown is byte for byte what the others got live.
 */
export class Board {
  readonly #encoder: FrameEncoder
  readonly #logs = {
    system: new LogRing<unknown>(ringCapacity),
    whales: new LogRing<unknown>(ringCapacity),
    feed: new LogRing<unknown>(ringCapacity),
  } satisfies Record<LogName, unknown>
  /** Apart from the ring, because other activities must not push them out. */
  #transitions: readonly SystemActivity[] = []
  #replay: OutFrame | undefined
  readonly #latest = new Map<LatestName, Value>()
  readonly #tapes = new Map<string, OutFrame[]>()

  constructor(encoder: FrameEncoder) {
    this.#encoder = encoder
  }

  /** The frame of a new log entry; undefined when the entry was taken before. */
  takeLog(message: AnyLog): Addressed | undefined {
    const { channel, type, position, data } = message
    const ring = this.#logs[channel]
    if (ring.has(position)) return undefined
    const frame = this.#encoder.encode({ type, channel, ...position, prev: position.offset - 1, data }, 'log')
    ring.push(position, frame, data)
    if (message.channel === 'system') this.#takeActivity(message.data)
    return { channel, frame }
  }

  /** The frame that says which entries of a log cannot be had any more. */
  takeGap(channel: LogName, { after, next }: Pick<LogGap, 'after' | 'next'>): Addressed {
    const sameEpoch = after.epoch === next.epoch
    const data = {
      channel,
      epoch: next.epoch,
      from: sameEpoch ? after.offset + 1 : 1,
      to: next.offset - 1,
      reason: sameEpoch ? 'trimmed' : 'epoch_changed',
    }
    const frame = this.#encoder.encode({ type: 'gap', channel, data }, 'log')
    this.#logs[channel].pushGap(next, frame)
    if (channel === 'system') this.#replay = undefined
    return { channel, frame }
  }

  takeLatest({ channel, type, version, data }: AnyLatest): Addressed {
    const frame = this.#encoder.encode({ type, channel, version, data }, 'latest')
    this.#latest.set(channel, { frame, data })
    return { channel, frame }
  }

  /** Replaces what was last known of the system by what this replica itself says; it has no version. */
  takeOwn(own: OwnVerdict): Addressed {
    const frame = this.#encoder.encode(own, 'latest')
    this.#latest.set(own.channel, { frame, data: own.data })
    return { channel: own.channel, frame }
  }

  /** The frames of a print, for those of its channels that are wanted. */
  takeTrade(trade: Trade, wanted: (channel: string) => boolean): readonly Addressed[] {
    const channels = ['tape', `tape:${trade.market_ticker}`].filter(wanted)
    if (channels.length === 0) return []
    const data = toTradeFrame(trade)
    return channels.map((channel) => {
      const frame = this.#encoder.encode({ type: 'trade', channel, data }, 'tape')
      const tape = this.#tapes.get(channel) ?? []
      tape.push(frame)
      if (tape.length > wireChannels.tape.snapshot) tape.shift()
      this.#tapes.set(channel, tape)
      return { channel, frame }
    })
  }

  /** Nobody follows a tape any more, so it is not written on, and what it holds gets old. */
  forgetTape(channel: string): void {
    this.#tapes.delete(channel)
  }

  /** What a client that begins to listen to a channel is shown first, oldest first. */
  snapshot(channel: string): readonly OutFrame[] {
    const name = parseChannel(channel)?.name
    switch (name) {
      case 'system':
        return [this.#historyReplay()]
      case 'whales':
      case 'feed':
        return this.#logs[name].frames(wireChannels[name].snapshot)
      case 'status':
      case 'health':
      case 'whale_queue': {
        const value = this.#latest.get(name)
        return value ? [value.frame] : []
      }
      case 'tape':
        return [...(this.#tapes.get(channel) ?? [])]
      case undefined:
        return []
    }
    return []
  }

  /** The newest payloads of a log, newest first. */
  newest(channel: LogName, limit: number): readonly unknown[] {
    return this.#logs[channel].newest(limit)
  }

  /** The newest payload of a latest channel; undefined before the first. */
  latest(channel: LatestName): unknown {
    return this.#latest.get(channel)?.data
  }

  #takeActivity(activity: SystemActivity): void {
    this.#replay = undefined
    if (activity.activity_type !== 'state_transition') return
    this.#transitions = [...this.#transitions, activity].slice(-transitionLimit)
  }

  /** Stands at the head of the log, so that the next live entry continues it. */
  #historyReplay(): OutFrame {
    const data: HistoryReplay = { transitions: [...this.#transitions], count: this.#transitions.length }
    this.#replay ??= this.#encoder.encode(
      { type: 'history_replay', channel: 'system', ...this.#logs.system.head, data },
      'log',
    )
    return this.#replay
  }
}
