import type { Account, AccountOrder, AccountPosition } from '../account.ts'

/** When every sample was made. */
export const epochMs = 1_790_000_000_000

/** A paper account with $1,000 and nothing else. */
export function sampleAccount(over: Partial<Account> = {}): Account {
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
export function samplePosition(ticker: string, over: Partial<AccountPosition> = {}): AccountPosition {
  return {
    market_ticker: ticker,
    position_e2: 500,
    cost_e6: 3.1e6,
    total_traded_e6: 3.1e6,
    realized_pnl_e6: 0,
    fees_e6: 0,
    updated_at_ms: epochMs,
    source: 'rest',
    ...over,
  }
}

/** Five contracts of YES that wait to be bought at 62 cents. */
export function sampleOrder(ticker: string, over: Partial<AccountOrder> = {}): AccountOrder {
  return {
    order_id: `o-${ticker}`,
    client_order_id: null,
    market_ticker: ticker,
    side: 'yes',
    action: 'buy',
    price_e4: 6_200,
    initial_e2: 500,
    filled_e2: 0,
    remaining_e2: 500,
    status: 'resting',
    order_group_id: null,
    created_at_ms: epochMs,
    ...over,
  }
}
