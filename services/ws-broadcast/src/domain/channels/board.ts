import {
  wireChannels,
  type Decision,
  type Health,
  type Position,
  type Positions,
  type Scope,
  type SystemActivity,
  type TraderStatus,
} from '@whalecast/events'
import type { LogGap, LogMessage } from '@whalecast/bus'
import type { FrameEncoder, OutFrame } from '@whalecast/fanout'
import { changeOf } from './changes.ts'
import { encodePlace } from '../continuity/encode-place.ts'
import { facetsOfLog } from './facets.ts'
import { readFeed, type Feed } from './feeds.ts'
import { LogChannel } from './log-channel.ts'
import { entryOf, LogEntry } from './log-entry.ts'
import { logFormOf, type LogForm } from './log-form.ts'
import { isLogName, logNames, type Addressed, type AnyLatest, type AnyLog, type LogName } from './messages.ts'
import { Tapes } from './tapes.ts'
import { Transitions } from './transitions.ts'

/** What a replica says by itself, when nobody else can be heard. */
export type OwnVerdict =
  | { readonly channel: 'health'; readonly type: 'health'; readonly data: Health }
  | { readonly channel: 'status'; readonly type: 'trader_status'; readonly data: TraderStatus }

/** Payloads of the logs that the HTTP API lists. */
export type Listed = {
  readonly system: SystemActivity
  readonly whales: LogMessage<'whales'>['data']
  readonly decisions: Decision
  readonly feed: LogMessage<'feed'>['data']
}

/** What a log channel looks like from where clients are. */
export type LogView = Pick<LogChannel<unknown>, 'head' | 'covers' | 'after'>

type Value = {
  readonly frame: OutFrame
  readonly data: unknown
  /** Missing where it is what this replica itself says. */
  readonly message?: AnyLatest
}

/** What `GET /v1/whales` and its like can look back on; the snapshots need less. */
const ringCapacity = 500

/**
 * What this replica knows of every channel. It turns bus messages into frames for the feeds that somebody listens to,
 * and because it keeps those very frames, what a new client is shown is byte for byte what the others got live.
 */
export class Board {
  readonly tapes: Tapes
  readonly #encoder: FrameEncoder
  readonly #logs: { readonly [Name in LogName]: LogChannel<Listed[Name]> } = {
    system: new LogChannel(ringCapacity),
    whales: new LogChannel(ringCapacity),
    decisions: new LogChannel(ringCapacity),
    feed: new LogChannel(ringCapacity),
  }
  readonly #transitions: Transitions
  readonly #latest = new Map<string, Value>()
  /** Of latest channels: the feeds that somebody listens to. */
  readonly #heard = new Map<string, Map<string, Feed>>()

  constructor(encoder: FrameEncoder) {
    this.#encoder = encoder
    this.#transitions = new Transitions(encoder)
    this.tapes = new Tapes(encoder)
  }

  /** A feed of a log or of a latest channel has its first listener, or has lost its last. */
  onListened(feed: Feed, listened: boolean): void {
    const { name, kind, channel } = feed
    if (isLogName(kind)) {
      if (listened) this.#logs[kind].open(name, logFormOf(feed))
      else this.#logs[kind].close(name)
      return
    }
    const heard = this.#heard.get(channel) ?? new Map<string, Feed>()
    if (listened) heard.set(name, feed)
    else heard.delete(name)
    if (heard.size > 0) this.#heard.set(channel, heard)
    else this.#heard.delete(channel)
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
    return true
  }

  log(channel: LogName): LogView {
    return this.#logs[channel]
  }

  /** Which entries of a log are heard on a feed; made once for all who listen to it. */
  formOf(feed: string): LogForm {
    const read = readFeed(feed)
    const open = read && isLogName(read.kind) ? this.#logs[read.kind].formOf(feed) : undefined
    return open ?? logFormOf(read ?? { open: true, filter: undefined })
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
    if (message.type === 'whale_processing') return this.#takeProcessing(message)
    const encoder = this.#encoder
    if (message.channel === 'whales') return this.#logs.whales.take(entryOf(encoder, message, message.data))
    if (message.channel === 'feed') return this.#logs.feed.take(entryOf(encoder, message, message.data))
    if (message.type === 'decision') return this.#logs.decisions.take(entryOf(encoder, message, message.data))
    this.#transitions.take(message.data)
    return this.#logs.system.take(entryOf(encoder, message, message.data))
  }

  /** The frames that say which entries of a log cannot be had any more. */
  takeGap(channel: LogName, { after, next }: Pick<LogGap, 'after' | 'next'>): readonly Addressed[] {
    const sameEpoch = after.epoch === next.epoch
    const to = next.offset - 1
    const data = {
      channel,
      epoch: next.epoch,
      from: sameEpoch ? after.offset + 1 : 1,
      to,
      reason: sameEpoch ? 'trimmed' : 'epoch_changed',
    }
    if (channel === 'system') this.#transitions.outdated()
    const frame = this.#encoder.encode({ type: 'gap', channel, data }, 'log')
    return this.#logs[channel].take(LogEntry.gap({ epoch: next.epoch, offset: to }, frame))
  }

  /** The frames of a new value. Of a keyed channel it is the value of one market: `name:TICKER`. */
  takeLatest(message: AnyLatest): readonly Addressed[] {
    const { type, key, version, data } = message
    const channel = key === '' ? message.channel : `${message.channel}:${key}`
    const frame = this.#encoder.encode({ type, channel, version, data }, 'latest')
    const before = this.#latest.get(channel)?.message
    this.#latest.set(channel, { frame, data, message })
    return this.#addressed(channel, frame, () => this.#change(before, message, frame))
  }

  /** Replaces what was last known of the system by what this replica itself says; it has no version. */
  takeOwn(own: OwnVerdict): readonly Addressed[] {
    const frame = this.#encoder.encode(own, 'latest')
    this.#latest.set(own.channel, { frame, data: own.data })
    return this.#addressed(own.channel, frame, () => frame)
  }

  /** Nobody follows a market any more, so what is held of it gets old. */
  forget(channel: string): void {
    this.#latest.delete(channel)
  }

  /** What a client that begins to listen to a feed is shown first, oldest first. */
  snapshot(name: string): readonly OutFrame[] {
    const feed = readFeed(name)
    if (!feed) return []
    const { kind, channel } = feed
    if (kind === 'system')
      return [this.#transitions.replay(this.#logs.system.head, feed.filter && this.formOf(name))]
    if (isLogName(kind))
      return this.#logs[kind].newestOf(this.formOf(name), wireChannels[kind].snapshot).frames
    if (kind === 'tape') return this.tapes.snapshot(feed)
    const value = this.#latest.get(channel)
    return value ? [value.frame] : []
  }

  /** The place that the snapshot of a feed of a log follows: what came before it is not in the snapshot. */
  beforeSnapshot(channel: LogName, feed: string): Position | undefined {
    const log = this.#logs[channel]
    if (channel === 'system') return log.head
    const { frames, after } = log.newestOf(this.formOf(feed), wireChannels[channel].snapshot)
    return frames.length > 0 ? after : log.head
  }

  /** The payloads of a log that are held here, newest first. */
  newest<Name extends LogName>(channel: Name): readonly Listed[Name][] {
    return this.#logs[channel].newest()
  }

  /** The newest payload of a latest channel; undefined before the first. */
  latest(channel: string): unknown {
    return this.#latest.get(channel)?.data
  }

  /** A decision continues the decision before it. What goes on meanwhile is shown live and is no entry to clients. */
  #takeProcessing(message: Extract<AnyLog, { channel: 'decisions' }>): readonly Addressed[] {
    const { channel, type, position, data } = message
    const frame = this.#encoder.encode({ type, channel, data }, 'log')
    return this.#logs.decisions.show(position, facetsOfLog(message), frame)
  }

  #addressed(channel: string, whole: OutFrame, changed: () => OutFrame): readonly Addressed[] {
    const heard = [...(this.#heard.get(channel)?.values() ?? [])]
    const change = heard.some(({ delta }) => delta) ? changed() : whole
    return heard.map(({ name, delta }) => ({ channel: name, frame: delta ? change : whole }))
  }

  /** What changed since the value before, made once for all who want that; the whole value where it says no more. */
  #change(before: AnyLatest | undefined, after: AnyLatest, whole: OutFrame): OutFrame {
    const change = changeOf(before, after)
    if (!change) return whole
    const frame = this.#encoder.encode(
      { type: change.type, channel: whole.key, version: after.version, data: change.data },
      'latest',
    )
    return frame.bytes.length < whole.bytes.length ? { ...frame, whole } : whole
  }
}
