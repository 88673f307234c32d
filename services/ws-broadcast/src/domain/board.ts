import {
  toTradeFrame,
  tradingStateDelta,
  wireChannels,
  type ChannelOf,
  type Decision,
  type Health,
  type Position,
  type Positions,
  type Scope,
  type SystemActivity,
  type Trade,
  type TraderStatus,
  type TradingState,
  type WireChannelName,
} from '@whalecast/events'
import type { LatestMessage, LogGap, LogMessage } from '@whalecast/bus'
import type { FrameEncoder, OutFrame } from '@whalecast/fanout'
import { deltaFeed, isOfTheAccount, publicFeed } from './feeds.ts'
import { LogRing } from './log-ring.ts'
import { encodePlace } from './encode-place.ts'
import { Transitions } from './transitions.ts'

/** Bus channels that go to clients under their own name. */
export type LogName = Extract<WireChannelName, ChannelOf<'log'>>
const logNames = ['system', 'whales', 'decisions', 'feed'] as const satisfies readonly LogName[]
export const isLogName = (name: string): name is LogName => logNames.some((one) => one === name)

export type LatestName = Extract<WireChannelName, ChannelOf<'latest'>>
export type AnyLog = { [Name in LogName]: LogMessage<Name> }[LogName]
export type AnyLatest = { [Name in LatestName]: LatestMessage<Name> }[LatestName]

/** What a replica says by itself, when nobody else can be heard. */
export type OwnVerdict =
  | { readonly channel: 'health'; readonly type: 'health'; readonly data: Health }
  | { readonly channel: 'status'; readonly type: 'trader_status'; readonly data: TraderStatus }

/** A frame and the feed whose listeners get it. */
export type Addressed = { readonly channel: string; readonly frame: OutFrame }

/** Payloads of the logs that the HTTP API lists. */
export type Listed = {
  readonly system: SystemActivity
  readonly whales: LogMessage<'whales'>['data']
  readonly decisions: Decision
  readonly feed: LogMessage<'feed'>['data']
}

/** What a log channel looks like from where clients are. */
export type LogView = Pick<LogRing<unknown>, 'head' | 'covers' | 'after'>

type Value = { readonly frame: OutFrame; readonly data: unknown }

/** What `GET /v1/whales` and its like can look back on; the snapshots need less. */
const ringCapacity = 500

/**
 * What this replica knows of every channel. It turns bus messages into frames, and because it keeps those
 * very frames, what a new client is shown is byte for byte what the others got live.
 */
export class Board {
  readonly #encoder: FrameEncoder
  readonly #logs: { readonly [Name in LogName]: LogRing<Listed[Name]> } = {
    system: new LogRing(ringCapacity),
    whales: new LogRing(ringCapacity),
    decisions: new LogRing(ringCapacity),
    feed: new LogRing(ringCapacity),
  }
  readonly #transitions: Transitions
  /** The newest entry that everybody may read. */
  #public: Position | undefined
  readonly #latest = new Map<string, Value>()
  #tradingState: TradingState | undefined
  readonly #tapes = new Map<string, OutFrame[]>()

  constructor(encoder: FrameEncoder) {
    this.#encoder = encoder
    this.#transitions = new Transitions(encoder)
  }

  /** Where a log stands of which nothing is known here. */
  beginLog(channel: LogName, head: Position): void {
    this.#logs[channel].begin(head)
  }

  /**
   * Whether an entry begins an epoch in which the log goes on where it stood: Redis was started anew and kept its data,
   * and nothing was lost between (else a gap was taken before it). The place then counts as one of the new epoch.
   */
  continuesLog(message: AnyLog): boolean {
    const { channel, position } = message
    const { epoch, offset } = position
    const { head } = this.#logs[channel]
    if (!head || head.epoch === epoch || head.offset === 0 || offset !== head.offset + 1) return false
    this.#logs[channel].continueIn(epoch, (place) => encodePlace(this.#encoder, message, place))
    if (channel === 'system' && this.#public) this.#public = { epoch, offset: this.#public.offset }
    return true
  }

  log(channel: LogName): LogView {
    return this.#logs[channel]
  }

  /** How far this replica has come in each log that has one of these scopes. */
  positions(scopes: readonly Scope[]): Positions {
    const positions: Positions = {}
    for (const name of logNames) {
      const { head } = this.#logs[name]
      if (head && scopes.includes(wireChannels[name].scope)) positions[name] = head
    }
    return positions
  }

  /** The frames of a new log entry; none when the entry was taken before. */
  takeLog(message: AnyLog): readonly Addressed[] {
    if (this.#logs[message.channel].has(message.position)) return []
    if (message.channel === 'system') return this.#takeActivity(message)
    if (message.channel === 'decisions') return [this.#takeDecision(message)]
    const frame =
      message.channel === 'whales'
        ? this.#keep(this.#logs.whales, message, message.data)
        : this.#keep(this.#logs.feed, message, message.data)
    return [{ channel: message.channel, frame }]
  }

  /** The frames that say which entries of a log cannot be had any more. */
  takeGap(channel: LogName, { after, next }: Pick<LogGap, 'after' | 'next'>): readonly Addressed[] {
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
    if (channel !== 'system') return [{ channel, frame }]
    this.#transitions.outdated()
    this.#public = { epoch: next.epoch, offset: next.offset - 1 }
    return [
      { channel, frame },
      { channel: publicFeed, frame },
    ]
  }

  /** The frames of a new value. Of a keyed channel it is the value of one market: `name:TICKER`. */
  takeLatest(message: AnyLatest): readonly Addressed[] {
    const { type, key, version, data } = message
    const channel = key === '' ? message.channel : `${message.channel}:${key}`
    const frame = this.#encoder.encode({ type, channel, version, data }, 'latest')
    this.#latest.set(channel, { frame, data })
    if (message.channel !== 'trading_state') return [{ channel, frame }]
    return [
      { channel, frame },
      { channel: deltaFeed, frame: this.#delta(message.data, frame) },
    ]
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

  /** Nobody follows a tape or a market any more, so it is not written on, and what it holds gets old. */
  forget(channel: string): void {
    this.#tapes.delete(channel)
    this.#latest.delete(channel)
  }

  /** What a client that begins to listen to a channel is shown first, oldest first. */
  snapshot(channel: string): readonly OutFrame[] {
    if (channel === 'system') return [this.#transitions.replay(this.#logs.system.head)]
    if (isLogName(channel)) return this.#logs[channel].frames(wireChannels[channel].snapshot)
    const value = this.#latest.get(channel)
    return value ? [value.frame] : [...(this.#tapes.get(channel) ?? [])]
  }

  /** The place that the snapshot of a log follows: what came before it is not in the snapshot. */
  beforeSnapshot(channel: LogName): Position | undefined {
    const ring = this.#logs[channel]
    return channel === 'system' ? ring.head : ring.before(wireChannels[channel].snapshot)
  }

  /** The payloads of a log that are held here, newest first. */
  newest<Name extends LogName>(channel: Name): readonly Listed[Name][] {
    return this.#logs[channel].newest()
  }

  /** The newest payload of a latest channel; undefined before the first. */
  latest(channel: string): unknown {
    return this.#latest.get(channel)?.data
  }

  /** Activities of the account leave no hole for those who may not read them: `prev` passes over them. */
  #takeActivity(message: LogMessage<'system'>): readonly Addressed[] {
    const { position, data } = message
    const ring = this.#logs.system
    const prev = ring.prevOf(position)
    const frame = this.#encode(message, prev)
    this.#transitions.take(data)
    if (isOfTheAccount(data.activity_type)) {
      ring.push(position, frame, data, null)
      return [{ channel: 'system', frame }]
    }
    const openPrev = this.#public?.epoch === position.epoch ? this.#public.offset : position.offset - 1
    this.#public = position
    const open = openPrev === prev ? frame : this.#encode(message, openPrev)
    ring.push(position, frame, data, open)
    return [
      { channel: 'system', frame },
      { channel: publicFeed, frame: open },
    ]
  }

  /** A decision continues the decision before it. What goes on meanwhile is shown live and is no entry to clients. */
  #takeDecision(message: LogMessage<'decisions'>): Addressed {
    const { channel, type, position, data } = message
    const ring = this.#logs.decisions
    if (message.type === 'decision') return { channel, frame: this.#keep(ring, message, message.data) }
    ring.pass(position)
    return { channel, frame: this.#encoder.encode({ type, channel, data }, 'log') }
  }

  #keep<Data>(ring: LogRing<Data>, message: AnyLog, data: Data): OutFrame {
    const frame = this.#encode(message, ring.prevOf(message.position))
    ring.push(message.position, frame, data)
    return frame
  }

  #encode({ type, channel, position, data }: AnyLog, prev: number): OutFrame {
    return this.#encoder.encode({ type, channel, ...position, prev, data }, 'log')
  }

  /** What changed since the value before, made once for all; the whole value where nothing can be said of that. */
  #delta(state: TradingState, whole: OutFrame): OutFrame {
    const before = this.#tradingState
    this.#tradingState = state
    if (!before || before.broker !== state.broker || before.version >= state.version) return whole
    const data = tradingStateDelta(before, state)
    const frame = { type: 'trading_state_delta', channel: 'trading_state', version: state.version, data }
    return { ...this.#encoder.encode(frame, 'latest'), whole }
  }
}
