import type { HistoryEvent } from './history.ts'
import { LatestJudge } from './latest-judge.ts'
import { LogJudge } from './log-judge.ts'
import { Tally, type Verdict } from './verdict.ts'

export type CheckerOptions = {
  /** Channels of which the newest value counts; every other is a log. */
  readonly latest?: readonly string[]
  /** Entries and values that are remembered of each channel. A client further behind is not judged, which is a fault. @default 100_000 */
  readonly window?: number
}

/**
 * Judges a history while it happens. It knows nothing of how messages travel: only what was published, what was
 * acknowledged, and what each client saw or was told that it will not see.
 */
export class DeliveryChecker {
  readonly #tally = new Tally()
  readonly #logs = new Map<string, LogJudge>()
  readonly #latests: ReadonlyMap<string, LatestJudge>
  readonly #window: number

  constructor({ latest = [], window = 100_000 }: CheckerOptions = {}) {
    this.#window = window
    this.#latests = new Map(latest.map((channel) => [channel, new LatestJudge(channel, this.#tally, window)]))
  }

  /** Entries and values that are remembered now, over all channels. */
  get size(): number {
    return [...this.#logs.values(), ...this.#latests.values()].reduce((sum, { size }) => sum + size, 0)
  }

  take(event: HistoryEvent): void {
    const latest = this.#latests.get(event.channel)
    switch (event.type) {
      case 'offered':
        return this.#log(event.channel).offered(event.id, event.views)
      case 'acknowledged':
        return this.#log(event.channel).acknowledged(event.id, event)
      case 'put':
        return latest?.put(event.version, event.digest)
      case 'put_acknowledged':
        return latest?.acknowledged(event.version)
      case 'listens':
        this.#tally.client(event.client)
        if (latest) latest.listens(event.client)
        else this.#log(event.channel).listens(event.client, event.view, event.from)
        return
      case 'leaves':
        if (latest) latest.leaves(event.client)
        else this.#log(event.channel).leaves(event.client)
        return
      case 'entry':
        return this.#log(event.channel).entry(event.client, event.id, event)
      case 'gap':
        return this.#log(event.channel).gap(event.client, event.epoch, event.from, event.to)
      case 'proved':
        return this.#log(event.channel).proved(event.client, event)
      case 'value':
        return latest?.value(event.client, event.version, event.digest)
    }
  }

  /** The verdict on a history that is over: what has not come by now is missing. Ask once. */
  finish(): Verdict {
    for (const log of this.#logs.values()) log.finish()
    for (const latest of this.#latests.values()) latest.finish()
    return this.#tally.verdict()
  }

  #log(channel: string): LogJudge {
    const judge = this.#logs.get(channel) ?? new LogJudge(channel, this.#tally, this.#window)
    this.#logs.set(channel, judge)
    return judge
  }
}
