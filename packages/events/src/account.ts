import { z } from 'zod'
import { countE2, priceE4, ticker, timestampMs } from './units.ts'

/** Money in 1e-6 dollars: exact for price × count and for every fee. Safe below nine billion dollars. */
const moneyE6 = z.number().int()
const outcome = z.enum(['yes', 'no'])
const action = z.enum(['buy', 'sell'])

/** What the account holds of one market. */
export const positionSchema = z.object({
  market_ticker: ticker,
  /** In 1e-2 contracts; YES is positive, NO negative, never 0. */
  position_e2: z.number().int(),
  /** What the open position cost. */
  cost_e6: moneyE6,
  /** Everything ever traded in this market. */
  total_traded_e6: moneyE6,
  realized_pnl_e6: moneyE6,
  fees_e6: moneyE6,
  updated_at_ms: timestampMs,
  /** Whether the newest change came over the socket or from a read over REST. */
  source: z.enum(['live', 'rest']),
})
export type AccountPosition = z.infer<typeof positionSchema>

/** An order of the account, resting or done. */
export const accountOrderSchema = z.object({
  order_id: z.string(),
  client_order_id: z.string().nullable(),
  market_ticker: ticker,
  side: outcome,
  action,
  /** What one contract of `side` costs. */
  price_e4: priceE4,
  initial_e2: countE2,
  filled_e2: countE2,
  remaining_e2: countE2,
  status: z.enum(['resting', 'executed', 'canceled', 'unknown']),
  order_group_id: z.string().nullable(),
  created_at_ms: timestampMs.nullable(),
})
export type AccountOrder = z.infer<typeof accountOrderSchema>

export const fillSchema = z.object({
  fill_id: z.string(),
  order_id: z.string(),
  market_ticker: ticker,
  side: outcome,
  action,
  price_e4: priceE4,
  count_e2: countE2,
  fee_e6: moneyE6,
  is_taker: z.boolean(),
  filled_at_ms: timestampMs,
})
export type Fill = z.infer<typeof fillSchema>

export const settlementSchema = z.object({
  market_ticker: ticker,
  /** What the market became; a value this version does not know stays as it is. */
  market_result: z.string(),
  yes_count_e2: countE2,
  no_count_e2: countE2,
  total_cost_e6: moneyE6,
  revenue_e6: moneyE6,
  fee_e6: moneyE6,
  settled_at_ms: timestampMs,
})
export type Settlement = z.infer<typeof settlementSchema>

export const orderGroupSchema = z.object({
  order_group_id: z.string(),
  status: z.string(),
  order_ids: z.array(z.string()),
  contracts_limit_e2: countE2.nullable(),
})

/**
 * The whole account as its one publisher knows it: ingest for an account of the exchange, executor for a paper one.
 * Channel `account`, between processes only; screens get `trading_state`.
 */
export const accountSchema = z.object({
  broker: z.enum(['exchange', 'paper']),
  balance_e6: moneyE6,
  positions: z.array(positionSchema),
  /** Resting orders. */
  orders: z.array(accountOrderSchema),
  /** The newest fills, newest first. */
  fills: z.array(fillSchema).max(100),
  /** The newest settlements, newest first. */
  settlements: z.array(settlementSchema).max(50),
  settlements_count: z.number().int(),
  order_group: orderGroupSchema.nullable(),
  /**
   * Cash that fills and settlements have moved since `ledger_since_ms`, fees included. What the balance moved
   * beyond it came or went as a transfer: a deposit is no profit.
   */
  traded_cash_e6: moneyE6,
  ledger_since_ms: timestampMs,
  /** How the account is followed now; `live` while the private channels flow, `polling` while only REST does. */
  listener: z.object({
    mode: z.enum(['live', 'polling']),
    connected: z.boolean(),
    positions_received: z.number().int(),
    fills_received: z.number().int(),
    orders_received: z.number().int(),
    connection_count: z.number().int(),
    last_update_ms: timestampMs.nullable(),
  }),
  /** When the whole was last read. */
  synced_at_ms: timestampMs,
  timestamp_ms: timestampMs,
})
export type Account = z.infer<typeof accountSchema>
