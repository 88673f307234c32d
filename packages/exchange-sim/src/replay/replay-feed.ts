import type { Venue } from '../venue/venue.ts'
import type { Added, Feed } from '../ws/feed.ts'
import type { Subscriber } from '../ws/subscriber.ts'
import type { Subscription } from '../ws/subscription.ts'
import { Mirror } from './mirror.ts'
import { isRecorded, Playback, type PlaybackOptions } from './playback.ts'
import { ReplayCounters, type ReplayStats } from './replay-counters.ts'
import type { Survey } from './survey.ts'

type ReplayFeedOptions = Pick<PlaybackOptions, 'path' | 'survey' | 'speed' | 'clock'> & {
  /** The recording turned out unreadable half-way. */
  readonly onFailure: (error: unknown) => void
}

/**
 * Plays a recording to every client that asks for one of its channels. A client that was cut, or that vanished,
 * goes on with its next connection where it was; one that says goodbye has heard enough.
 */
export class ReplayFeed implements Feed {
  readonly #options: ReplayFeedOptions
  readonly #counters = new ReplayCounters()
  readonly #playbacks = new Map<Subscriber, Playback>()
  readonly #waiting = new Set<Playback>()
  readonly #survey: Survey
  #newestMirror: Mirror

  constructor(options: ReplayFeedOptions) {
    this.#options = options
    this.#survey = options.survey
    this.#newestMirror = new Mirror(options.survey, options.clock)
  }

  /** The exchange as the client that came last sees it; before the first, as it is listed. */
  get venue(): Venue {
    return this.#newestMirror.venue
  }

  stats(): ReplayStats {
    const { unsubscribed, recorderLines, malformed, cuts, finished, sent } = this.#counters
    return {
      recorded: this.#survey.frames,
      sent: Object.fromEntries(sent),
      unsubscribed,
      recorderLines,
      malformed,
      cuts,
      playing: this.#playbacks.size,
      finished,
    }
  }

  venueFor(subscriber: Subscriber): Venue {
    return this.#playbacks.get(subscriber)?.mirror.venue ?? this.venue
  }

  onSubscribed(
    subscriber: Subscriber,
    subscription: Subscription,
    { tickers, initialSnapshot }: Added,
  ): void {
    if (!isRecorded(this.#survey, subscription.channel)) return
    const playback = this.#playbacks.get(subscriber) ?? this.#admit(subscriber)
    // In the middle of a recorded connection its first snapshots are long gone: these stand in for them.
    if (playback.isUnderWay && subscription.rules.snapshots) {
      subscriber.sendSnapshots(
        subscription,
        tickers.filter((ticker) => playback.mirror.hasBook(ticker)),
      )
    }
    if (subscription.channel === 'ticker' && initialSnapshot) subscriber.sendTickers(subscription, tickers)
    playback.attend(subscriber)
  }

  onClosed(subscriber: Subscriber, clean: boolean): void {
    const playback = this.#playbacks.get(subscriber)
    if (!playback) return
    this.#playbacks.delete(subscriber)
    playback.leave()
    if (clean) playback.stop()
    else this.#waiting.add(playback)
  }

  stop(): void {
    for (const playback of [...this.#playbacks.values(), ...this.#waiting]) playback.stop()
  }

  #admit(subscriber: Subscriber): Playback {
    const [orphan] = this.#waiting
    const playback = orphan ?? this.#start()
    this.#waiting.delete(playback)
    this.#playbacks.set(subscriber, playback)
    this.#newestMirror = playback.mirror
    return playback
  }

  #start(): Playback {
    const playback = new Playback({
      ...this.#options,
      counters: this.#counters,
      onCut: (cut) => this.#release(cut),
    })
    playback.run().catch(this.#options.onFailure)
    return playback
  }

  /** Frees a playback from its connection before that has closed: the client may be back sooner. */
  #release(playback: Playback): void {
    for (const [subscriber, own] of this.#playbacks) if (own === playback) this.#playbacks.delete(subscriber)
    this.#waiting.add(playback)
  }
}
