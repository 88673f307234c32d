import type { Bus } from '@whalecast/bus'
import { digestOf } from '@whalecast/delivery'
import { BookWalk } from './book-walk.ts'

/**
 * A little slower than ws-broadcast hands on the books of a market, ten times a second: so it leaves out none, and every
 * server sends as many.
 */
const turnMs = 125
/** As long as those of a service that has run for a day. */
const firstVersion = 1_000_000
const fence = { owner: 'bench', term: 1 }

/** A book that the bus has taken. */
export type PublishedBook = { readonly ticker: string; readonly version: number; readonly digest: string }

export type FeedRun = { readonly seconds: number; readonly seed?: number }

export type FeedReport = {
  readonly running: boolean
  /** From the first book to the end of the last turn. */
  readonly lastedMs: number
  readonly published: readonly PublishedBook[]
}

/** Publishes the books of some markets, all that changed in a turn together, as ingest does. */
export class BookFeed {
  private readonly bus: Bus
  private readonly tickers: readonly string[]
  private walks: readonly BookWalk[] = []
  private readonly waiting = new Set<Promise<void>>()
  private published: PublishedBook[] = []
  private version = firstVersion
  private turnsLeft = 0
  private startedMs = 0
  private endedMs = 0

  constructor(bus: Bus, tickers: readonly string[]) {
    this.bus = bus
    this.tickers = tickers
  }

  /** Publishes for so long, whole turns; the report begins anew, and with a seed the books do. */
  start({ seconds, seed }: FeedRun): void {
    if (seed !== undefined)
      this.walks = this.tickers.map((ticker, at) => new BookWalk(ticker, seed * this.tickers.length + at))
    this.published = []
    this.turnsLeft = Math.ceil((seconds * 1_000) / turnMs)
    this.startedMs = performance.now()
    this.turn()
  }

  report(): FeedReport {
    const running = this.turnsLeft > 0 || this.waiting.size > 0
    return { running, lastedMs: this.endedMs - this.startedMs, published: this.published }
  }

  private turn(): void {
    for (const walk of this.walks) this.publish(walk)
    this.turnsLeft -= 1
    this.endedMs = performance.now() + turnMs
    // From here on: a turn that came late makes the next one late, not close to it.
    if (this.turnsLeft > 0) setTimeout(() => this.turn(), turnMs)
  }

  private publish(walk: BookWalk): void {
    walk.move()
    this.version += 1
    const { version } = this
    const { ticker } = walk
    const data = walk.view(Date.now())
    const put = this.bus.put('book', { type: 'book', data }, { fence, version, key: ticker })
    const done = put.then(({ status }) => {
      this.waiting.delete(done)
      if (status === 'accepted') this.published.push({ ticker, version, digest: digestOf(data) })
    })
    this.waiting.add(done)
  }
}
