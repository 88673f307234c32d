import type { KeptBook } from '@whalecast/book'
import type { Book, Ticker } from '@whalecast/events'
import type { TickerUpdate } from '@whalecast/kalshi'

/** Levels of each side that are told: more than a screen shows and than a small order walks through. */
const shownLevels = 20
const dollarE4 = 10_000

const centsOf = (priceE4: number | undefined | null): number | null =>
  priceE4 === undefined || priceE4 === null ? null : priceE4 / 100

/** The top of a book as it travels. `known`: whether it is what the exchange has now. */
export function bookView({ ticker, book }: KeptBook, known: boolean, nowMs: number): Book {
  const levels = (side: 'yes' | 'no') =>
    book
      .topBids(side, shownLevels)
      .map(([priceE4, countE2]) => ({ price_cents: priceE4 / 100, count: countE2 / 100 }))
  return {
    market_ticker: ticker,
    state: known ? 'live' : 'stale',
    yes: levels('yes'),
    no: levels('no'),
    best_yes_bid_cents: centsOf(book.bestBid('yes')?.[0]),
    best_yes_ask_cents: centsOf(book.bestAsk('yes')?.[0]),
    spread_cents: centsOf(book.spreadE4),
    mid_cents: centsOf(book.midE4('yes')),
    yes_depth: book.depthE2('yes', dollarE4) / 100,
    no_depth: book.depthE2('no', dollarE4) / 100,
    timestamp_ms: nowMs,
  }
}

/** A market's prices as they travel. */
export function tickerView(update: TickerUpdate): Ticker {
  const { volume_e2: volume, open_interest_e2: interest } = update
  return {
    market_ticker: update.market_ticker,
    price_cents: centsOf(update.last_price_e4),
    yes_bid_cents: centsOf(update.yes_bid_e4),
    yes_ask_cents: centsOf(update.yes_ask_e4),
    volume: volume === null ? null : volume / 100,
    open_interest: interest === null ? null : interest / 100,
    timestamp_ms: update.changed_at_ms,
  }
}
