import type { Book, Trade } from '@whalecast/events'
import type { Order } from '../domain/broker.ts'

export const ticker = 'KXTEST-1'
export const startMs = 1_790_000_000_000

/** Buys five YES for at most 50 ¢. */
export function makeOrder(change: Partial<Order> = {}): Order {
  const requestedMs = change.requested_at_ms ?? startMs
  return {
    kind: 'order',
    client_order_id: 'wc-1',
    whale_id: 'whale-1',
    market_ticker: ticker,
    side: 'yes',
    action: 'buy',
    price_e4: 5_000,
    count_e2: 500,
    requested_at_ms: requestedMs,
    valid_until_ms: requestedMs + 10_000,
    ...change,
  }
}

type Levels = readonly (readonly [priceCents: number, count: number])[]

/** A live book. Both sides are bids: whoever bids 55 ¢ for NO offers YES at 45 ¢. */
export function makeBook(yes: Levels, no: Levels, change: Partial<Book> = {}): Book {
  const levels = (of: Levels) => of.map(([price_cents, count]) => ({ price_cents, count }))
  return {
    market_ticker: ticker,
    state: 'live',
    yes: levels(yes),
    no: levels(no),
    best_yes_bid_cents: yes[0]?.[0] ?? null,
    best_yes_ask_cents: no[0] === undefined ? null : 100 - no[0][0],
    spread_cents: null,
    mid_cents: null,
    yes_depth: 0,
    no_depth: 0,
    timestamp_ms: startMs,
    ...change,
  }
}

/** Ten YES at 40 ¢, a second after the start. */
export function makePrint(change: Partial<Trade> = {}): Trade {
  return {
    trade_id: 'print-1',
    market_ticker: ticker,
    taker_side: 'no',
    yes_price_e4: 4_000,
    count_e2: 1_000,
    is_block_trade: false,
    executed_at_ms: startMs + 1_000,
    received_at_ms: startMs + 1_000,
    ...change,
  }
}
