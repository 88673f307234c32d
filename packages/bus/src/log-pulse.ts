import type { Position } from '@whalecast/events'
import { BrokerClosedError, type Broker } from './broker.ts'

/** A log subscription, as far as its pulse goes. */
export type Pulsing = {
  /** Since when it reads from the stream; undefined while it is live. Monotonic. */
  readonly refillingSinceMs: number | undefined
  /** A beat was heard: whatever was published up to `top` was sent on this path before it. */
  onBeat(top: Position): void
}

export type LogPulseOptions = {
  readonly broker: Pick<Broker, 'beatLog' | 'listenLog' | 'restartReader'>
  readonly monotonicMs: () => number
  /** The reading connection is silent although beats go out: it is made anew. */
  readonly onSilent: (channel: string) => void
  readonly onError: (error: unknown) => void
}

/** A lost entry behind which nothing follows is noticed within this. */
const askEveryMs = 700
/** However many processes ask, the broker lets out no more than one beat of a channel in this time. */
const restMs = 500
/** So many beats that were let out and not heard are no accident: together a little over two seconds. */
const missedLimit = 3
/** An answer that takes longer leaves everything unknown. */
const answerWithinMs = 3_000
/** A refill that takes no longer is nobody's concern. */
const refillWithinMs = 250

type Channel = {
  readonly subscriptions: Set<Pulsing>
  readonly end: () => void
  /** Beats that were let out since one was heard. */
  missed: number
  askedAtMs: number | undefined
}

/**
 * Proves that what is published on log channels is heard here. Every process that reads a log asks for a beat of it now
 * and then; the broker lets one out at a time, with the newest position, on the very path of the entries. Entries and
 * beats keep their order there, so a beat that is heard while the position is behind proves a loss, without any new
 * entry; beats that were let out and are not heard prove that this reader is silent, and it is made anew.
 */
export class LogPulse {
  readonly #options: LogPulseOptions
  readonly #channels = new Map<string, Channel>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: LogPulseOptions) {
    this.#options = options
  }

  /** Why log channels may be behind now; undefined while all of them are proved to be heard. */
  get behind(): string | undefined {
    const nowMs = this.#options.monotonicMs()
    for (const [name, { subscriptions, missed, askedAtMs }] of this.#channels) {
      if (missed >= missedLimit) return `nothing is heard of ${name}`
      if (askedAtMs !== undefined && nowMs - askedAtMs > answerWithinMs) return 'the broker does not answer'
      for (const { refillingSinceMs: since } of subscriptions)
        if (since !== undefined && nowMs - since > refillWithinMs) return `${name} is being refilled`
    }
    return undefined
  }

  /** Watches over a subscription until the answer is called. */
  watch(name: string, subscription: Pulsing): () => void {
    const channel = this.#channels.get(name) ?? this.#open(name)
    channel.subscriptions.add(subscription)
    return () => {
      channel.subscriptions.delete(subscription)
      if (channel.subscriptions.size > 0 || this.#channels.get(name) !== channel) return
      this.#channels.delete(name)
      channel.end()
      if (this.#channels.size > 0) return
      clearInterval(this.#timer)
      this.#timer = undefined
    }
  }

  #open(name: string): Channel {
    const subscriptions = new Set<Pulsing>()
    const listening = this.#options.broker.listenLog(name, {
      onEntry: () => undefined,
      onBeat: (top) => {
        channel.missed = 0
        for (const subscription of subscriptions) subscription.onBeat(top)
      },
    })
    const channel: Channel = {
      subscriptions,
      end: () => listening.end(),
      missed: 0,
      askedAtMs: undefined,
    }
    this.#channels.set(name, channel)
    this.#timer ??= this.#start()
    return channel
  }

  #start(): NodeJS.Timeout {
    const timer = setInterval(() => {
      for (const [name, channel] of this.#channels) void this.#ask(name, channel)
    }, askEveryMs)
    timer.unref()
    return timer
  }

  async #ask(name: string, channel: Channel): Promise<void> {
    if (channel.askedAtMs !== undefined) return
    const { broker, monotonicMs, onSilent, onError } = this.#options
    channel.askedAtMs = monotonicMs()
    try {
      await broker.beatLog(name, restMs)
    } catch (error) {
      if (!(error instanceof BrokerClosedError)) onError(error)
      return
    } finally {
      channel.askedAtMs = undefined
    }
    channel.missed += 1
    if (channel.missed % (missedLimit + 1) !== 0 || this.#channels.get(name) !== channel) return
    onSilent(name)
    broker.restartReader()
  }
}
