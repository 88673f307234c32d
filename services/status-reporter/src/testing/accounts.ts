import type { Account, Book } from '@whalecast/events'
import { epochMs } from './beats.ts'

/** A paper account with $1,000 and nothing else. */
export function makeAccount(over: Partial<Account> = {}): Account {
  return {
    broker: 'paper',
    balance_e6: 1_000e6,
    positions: [],
    orders: [],
    fills: [],
    settlements: [],
    settlements_count: 0,
    order_group: null,
    traded_cash_e6: 0,
    ledger_since_ms: epochMs - 1_000,
    listener: {
      mode: 'live',
      connected: true,
      positions_received: 0,
      fills_received: 0,
      orders_received: 0,
      connection_count: 1,
      last_update_ms: null,
    },
    synced_at_ms: epochMs,
    timestamp_ms: over.synced_at_ms ?? epochMs,
    ...over,
  }
}

/** Five contracts of YES bought at 62 cents. */
export function makePosition(ticker: string, over: Partial<Account['positions'][number]> = {}) {
  return {
    market_ticker: ticker,
    position_e2: 500,
    cost_e6: 3.1e6,
    total_traded_e6: 4e6,
    realized_pnl_e6: 0.2e6,
    fees_e6: 0.05e6,
    updated_at_ms: epochMs,
    source: 'rest',
    ...over,
  } as const
}

export function makeOrder(id: string, over: Partial<Account['orders'][number]> = {}) {
  return {
    order_id: id,
    client_order_id: null,
    market_ticker: 'KX-a',
    side: 'no',
    action: 'buy',
    price_e4: 3_850,
    initial_e2: 500,
    filled_e2: 100,
    remaining_e2: 400,
    status: 'resting',
    order_group_id: null,
    created_at_ms: epochMs,
    ...over,
  } as const
}

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
