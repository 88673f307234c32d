import type { Book } from '@whalecast/events'
import { epochMs } from './beats.ts'

/** A live book with these bids, best first, as [cents, contracts]. */
export function makeBook(
  ticker: string,
  { yes = [], no = [] }: { yes?: readonly [number, number][]; no?: readonly [number, number][] },
  over: Partial<Book> = {},
): Book {
  const levels = (side: readonly [number, number][]) =>
    side.map(([price_cents, count]) => ({ price_cents, count }))
  return {
    market_ticker: ticker,
    state: 'live',
    yes: levels(yes),
    no: levels(no),
    best_yes_bid_cents: yes[0]?.[0] ?? null,
    best_yes_ask_cents: no[0] ? 100 - no[0][0] : null,
    spread_cents: null,
    mid_cents: null,
    yes_depth: 0,
    no_depth: 0,
    timestamp_ms: epochMs,
    ...over,
  }
}
