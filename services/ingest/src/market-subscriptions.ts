import { updateCommand } from '@whalecast/kalshi'
import type { BookDesk } from './adapters/books/book-desk.ts'
import { MarketFilter } from './domain/books/market-filter.ts'
import { marketChannels, type MarketChannel, type Subscriptions } from './domain/feed/subscriptions.ts'

/** Books asked for by one command. */
const snapshotsAtOnce = 100

export type MarketSubscriptionsDeps = {
  readonly books: Pick<BookDesk, 'follow' | 'toAskFor'>
  readonly send: (text: string) => boolean
  readonly now: () => number
}

/** Keeps the markets of one connection's filtered subscriptions to those whose books are wanted. */
export class MarketSubscriptions {
  readonly #deps: MarketSubscriptionsDeps
  readonly #subscriptions: Subscriptions
  readonly #filters = { orderbook_delta: new MarketFilter(), ticker: new MarketFilter() }
  readonly #asked: Record<MarketChannel, readonly string[]> = { orderbook_delta: [], ticker: [] }

  constructor(deps: MarketSubscriptionsDeps, subscriptions: Subscriptions) {
    this.#deps = deps
    this.#subscriptions = subscriptions
  }

  /** The markets to subscribe to first; none when there is nothing to subscribe to yet. */
  first(channel: MarketChannel): readonly string[] {
    this.#asked[channel] = [...this.#deps.books.follow()]
    return this.#asked[channel]
  }

  /** The subscription has begun with the markets that were asked for. */
  onLive(channel: MarketChannel): void {
    this.#filters[channel].begin(this.#asked[channel])
  }

  /** Asks for what is missing: markets added or dropped, and books that are not current. */
  tend(): void {
    const { books, send, now } = this.#deps
    const wanted = books.follow()
    for (const channel of marketChannels) {
      const sid = this.#subscriptions.sidOf(channel)
      if (sid === undefined) continue
      const filter = this.#filters[channel]
      const step = filter.next(wanted, now())
      if (step !== undefined) {
        const id = this.#subscriptions.nextId()
        filter.asked(id, step, now())
        send(updateCommand(id, { sid, action: step.action, marketTickers: step.tickers }))
      }
      if (channel === 'orderbook_delta') this.#askForBooks(sid, filter.markets)
    }
  }

  /** A command was answered by `ok`. False when it is none of these. */
  answered(id: number | null, markets: readonly string[] | null): boolean {
    return marketChannels.some((channel) => this.#filters[channel].answered(id, markets))
  }

  /** A command was refused. False when it is none of these. */
  refused(id: number | null): boolean {
    return marketChannels.some((channel) => this.#filters[channel].refused(id, this.#deps.now()))
  }

  #askForBooks(sid: number, subscribed: ReadonlySet<string>): void {
    const due = this.#deps.books.toAskFor(subscribed)
    for (let at = 0; at < due.length; at += snapshotsAtOnce) {
      const marketTickers = due.slice(at, at + snapshotsAtOnce)
      this.#deps.send(
        updateCommand(this.#subscriptions.nextId(), { sid, action: 'get_snapshot', marketTickers }),
      )
    }
  }
}
