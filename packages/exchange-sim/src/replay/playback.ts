import { setTimeout as sleep } from 'node:timers/promises'
import type { ChannelName } from '../ws/channels.ts'
import type { Subscriber } from '../ws/subscriber.ts'
import { Mirror } from './mirror.ts'
import { type RecordedStep, readRecording } from './recording.ts'
import type { ReplayCounters } from './replay-counters.ts'
import type { Survey } from './survey.ts'

export type PlaybackOptions = {
  readonly path: string
  readonly survey: Survey
  /** 1 is real time, 0 as fast as the client reads. */
  readonly speed: number
  readonly clock: () => number
  readonly counters: ReplayCounters
  /** Told before the client is cut, so that its next connection finds this playback waiting. */
  readonly onCut: (playback: Playback) => void
}

type RecordedFrame = Extract<RecordedStep, { kind: 'frame' }>

/** After this long without another subscription a client is taken to have all it wants, and the tape starts. */
const settleMs = 300

/**
 * Plays a recording to one client, across its connections. It waits while nobody is connected, sends nothing
 * twice, and leaves nothing out: a client that reads slowly slows the tape down.
 *
 * States: waiting (no connection, or one still subscribing) ⇄ playing → finished | stopped.
 */
export class Playback {
  readonly mirror: Mirror
  readonly #options: PlaybackOptions
  readonly #stopped = new AbortController()
  /** Newest recorded seq per recorded sid: what is between two of them is sent as the same distance. */
  readonly #newest = new Map<number, number>()
  #subscriber: Subscriber | undefined
  #playing = false
  #wake: (() => void) | undefined
  #settling: NodeJS.Timeout | undefined
  #framesSinceCut = 0
  #anchor: { tapeMs: number; wallMs: number } | undefined

  constructor(options: PlaybackOptions) {
    this.#options = options
    this.mirror = new Mirror(options.survey, options.clock)
  }

  /** True when a new subscriber comes into the middle of a recorded connection. */
  get isUnderWay(): boolean {
    return this.#framesSinceCut > 0
  }

  /** A connection takes its place before the tape, or subscribes to one more channel. */
  attend(subscriber: Subscriber): void {
    this.#subscriber = subscriber
    if (this.#playing) return
    clearTimeout(this.#settling)
    const { channels } = this.#options.survey
    if ([...channels].every((channel) => subscriber.subscriptionTo(channel))) this.#begin()
    else this.#settling = setTimeout(() => this.#begin(), settleMs)
  }

  /** The connection is gone; the tape waits for the next. */
  leave(): void {
    clearTimeout(this.#settling)
    this.#subscriber = undefined
    this.#playing = false
  }

  stop(): void {
    clearTimeout(this.#settling)
    this.#stopped.abort()
    this.#wake?.()
  }

  /** Plays to the end; resolves early when stopped. */
  async run(): Promise<void> {
    const { counters, path } = this.#options
    for await (const step of readRecording(path)) {
      if (step.kind === 'frame') await this.#play(step)
      if (step.kind === 'cut') this.#cut()
      if (step.kind === 'note' || step.kind === 'reply') counters.recorderLines += 1
      if (step.kind === 'malformed') counters.malformed += 1
      if (this.#stopped.signal.aborted) return
    }
    counters.finished += 1
  }

  async #play(frame: RecordedFrame): Promise<void> {
    for (;;) {
      await this.#audience(frame)
      await this.#due(frame)
      await this.#subscriber?.outbox.drained()
      if (this.#stopped.signal.aborted) return
      // While it waited the client may have gone: then the frame is for its next connection.
      if (this.#subscriber && this.#playing) return this.#send(this.#subscriber, frame)
    }
  }

  #send(subscriber: Subscriber, { channel, type, sid, seq, msg }: RecordedFrame): void {
    const { counters } = this.#options
    const step = seq === undefined ? 1 : seq - (this.#newest.get(sid) ?? seq - 1)
    if (seq !== undefined) this.#newest.set(sid, seq)
    this.#framesSinceCut += 1
    this.mirror.apply(type, msg)
    const ticker = msg['market_ticker']
    const subscription = subscriber.subscriptionTo(channel)
    if (!subscription?.covers(typeof ticker === 'string' ? ticker : undefined)) {
      counters.unsubscribed += 1
      return
    }
    subscriber.sendData(subscription, type, JSON.stringify(msg), { step })
    counters.countSent(type)
  }

  #cut(): void {
    this.#newest.clear()
    this.#framesSinceCut = 0
    const subscriber = this.#subscriber
    this.leave()
    if (!subscriber) return
    this.#options.counters.cuts += 1
    this.#options.onCut(this)
    subscriber.cut()
  }

  #begin(): void {
    this.#playing = true
    this.#wake?.()
  }

  async #audience({ atMs }: RecordedFrame): Promise<void> {
    while (!this.#playing && !this.#stopped.signal.aborted) {
      await new Promise<void>((resolve) => (this.#wake = resolve))
      // A client that stayed away for longer than the recorder did is not answered with a flood.
      if (this.#targetMs(atMs) < this.#options.clock()) this.#anchor = undefined
    }
  }

  async #due({ atMs }: RecordedFrame): Promise<void> {
    if (this.#options.speed === 0) return
    this.#anchor ??= { tapeMs: atMs, wallMs: this.#options.clock() }
    const waitMs = this.#targetMs(atMs) - this.#options.clock()
    if (waitMs < 1) return
    // The abort is how a stopped playback ends its wait.
    await sleep(waitMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined)
  }

  #targetMs(atMs: number): number {
    if (!this.#anchor) return -Infinity
    return this.#anchor.wallMs + (atMs - this.#anchor.tapeMs) / this.#options.speed
  }
}

/** True when a subscription to this channel is what a recording can answer. */
export function isRecorded(survey: Survey, channel: ChannelName): boolean {
  return survey.channels.has(channel)
}
