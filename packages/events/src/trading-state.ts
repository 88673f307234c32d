import { z } from 'zod'
import { ticker, timestampMs } from './units.ts'

const cents = z.number()
const side = z.enum(['yes', 'no'])

export const positionDetailSchema = z.object({
  ticker,
  title: z.string().nullable(),
  /** Contracts; YES is positive. */
  position: z.number(),
  side,
  total_traded: cents,
  /** What the open position cost. */
  cost: cents,
  /** What it would bring if sold into our own book now; null while there is no live book. */
  market_value: cents.nullable(),
  unrealized_pnl: cents.nullable(),
  realized_pnl: cents,
  fees_paid: cents,
  market_bid: cents.nullable(),
  market_ask: cents.nullable(),
  market_close_ms: timestampMs.nullable(),
  /** Where the mark comes from. */
  price_source: z.enum(['book', 'none']),
  session_updated: z.boolean(),
  last_updated_ms: timestampMs,
})

export const orderListItemSchema = z.object({
  order_id: z.string(),
  ticker,
  side,
  action: z.enum(['buy', 'sell']),
  /** Of `side`, in cents. */
  price: cents,
  /** Contracts that still wait. */
  count: z.number(),
  status: z.string(),
  created_ms: timestampMs.nullable(),
})

export const sessionPnlSchema = z.object({
  session_start_ms: timestampMs,
  starting_equity: cents,
  current_equity: cents,
  /** Deposits (positive) and withdrawals since the start; no part of the profit. */
  transfers: cents,
  session_pnl: cents,
  session_pnl_percent: z.number(),
  invested_amount: cents,
  /** What trading booked this session, fees taken off, also in markets that are over. */
  realized_pnl: cents,
  /** Of the open positions; null while one of them has no mark. */
  unrealized_pnl: cents.nullable(),
})

/** One set of keys for server and screens: what the newest sync changed. */
export const changesSchema = z.object({
  balance: cents,
  portfolio_value: cents,
  positions: z.number(),
  orders: z.number(),
})

/** The predecessor's trading_state, in cents and milliseconds. Latest channel `trading_state`; needs scope `account`. */
export const tradingStateSchema = z.object({
  timestamp_ms: timestampMs,
  version: z.number().int(),
  broker: z.enum(['exchange', 'paper']),
  balance: cents,
  portfolio_value: cents,
  position_count: z.number().int(),
  order_count: z.number().int(),
  positions: z.array(ticker),
  open_orders: z.number().int(),
  order_list: z.array(orderListItemSchema),
  sync_timestamp_ms: timestampMs,
  changes: changesSchema.nullable(),
  order_group: z
    .object({
      id: z.string(),
      status: z.string(),
      order_count: z.number().int(),
      order_ids: z.array(z.string()),
    })
    .nullable(),
  pnl: sessionPnlSchema.nullable(),
  positions_details: z.array(positionDetailSchema),
  position_listener: z.object({
    mode: z.enum(['live', 'polling']),
    connected: z.boolean(),
    positions_received: z.number().int(),
    fills_received: z.number().int(),
    last_update_ms: timestampMs.nullable(),
    connection_count: z.number().int(),
  }),
  session_updates: z.object({ updated_tickers: z.array(ticker), count: z.number().int() }),
  fills: z.array(
    z.object({
      fill_id: z.string(),
      ticker,
      side,
      action: z.enum(['buy', 'sell']),
      price: cents,
      count: z.number(),
      fee: cents,
      filled_ms: timestampMs,
    }),
  ),
  settlements: z.array(
    z.object({
      ticker,
      market_result: z.string(),
      total_cost: cents,
      revenue: cents,
      fees: cents,
      net_pnl: cents,
      settled_ms: timestampMs,
    }),
  ),
  settlements_count: z.number().int(),
})
export type TradingState = z.infer<typeof tradingStateSchema>

/**
 * What changed between two versions, for clients that asked for deltas. Fields replace those of the state; a list
 * of tickers or ids removes. `base_version` must be the version that the client holds; else it asks `resync`.
 */
export const tradingStateDeltaSchema = z.object({
  base_version: z.number().int(),
  version: z.number().int(),
  balance_change: cents,
  portfolio_value_change: cents,
  /** Top-level fields that differ and are no keyed list. */
  set: tradingStateSchema.omit({ version: true, positions_details: true, order_list: true }).partial(),
  positions_updated: z.array(positionDetailSchema),
  positions_removed: z.array(ticker),
  orders_added: z.array(orderListItemSchema),
  orders_removed: z.array(z.string()),
  timestamp_ms: timestampMs,
})
export type TradingStateDelta = z.infer<typeof tradingStateDeltaSchema>

/**
 * Where a session began, so that its profit survives a restart of the reporter. Latest channel `session`,
 * between processes only. Money in 1e-6 dollars, as in the account.
 */
export const sessionSchema = z.object({
  started_at_ms: timestampMs,
  broker: z.enum(['exchange', 'paper']),
  starting_equity_e6: z.number().int(),
  /**
   * Transfers found so far, and up to where they were looked for: the ledger, and the balance that it explains (what
   * waiting orders set aside is not taken from it).
   */
  transfers_e6: z.number().int(),
  seen_balance_e6: z.number().int(),
  seen_traded_cash_e6: z.number().int(),
  seen_ledger_since_ms: timestampMs,
  /** What positions were worth then, and what they had cost. */
  seen_portfolio_e6: z.number().int(),
  seen_cost_e6: z.number().int(),
  /** What trading booked until then: cash that it moved, and the cost of what is held for it. */
  realized_e6: z.number().int(),
  updated_tickers: z.array(ticker),
})
export type Session = z.infer<typeof sessionSchema>
