import { z } from 'zod'
import { countE2, priceE4, ticker, timestampMs } from './units.ts'

/** What executor is asked to do. Queue `orders`; only executor takes from it. */
export const orderRequestSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('order'),
    /** Derived from the decision, so that asking twice never orders twice. */
    client_order_id: z.string().min(1).max(64),
    whale_id: z.string(),
    market_ticker: ticker,
    side: z.enum(['yes', 'no']),
    action: z.enum(['buy', 'sell']),
    /** Limit: what one contract of `side` may cost. */
    price_e4: priceE4,
    count_e2: countE2.min(1),
    requested_at_ms: timestampMs,
    /** An order that has not been sent by then is not sent at all. */
    valid_until_ms: timestampMs,
  }),
  z.object({
    kind: z.literal('cleanup'),
    command_id: z.string(),
    /** Only orders that belong to no order group; false means every order of the account. */
    orphaned_only: z.boolean(),
    /** Who asked: the name of the token, for the audit. */
    requested_by: z.string(),
    requested_at_ms: timestampMs,
  }),
])
export type OrderRequest = z.infer<typeof orderRequestSchema>

/** What became of an order request. Channel `order_results`; one final result for each client_order_id. */
export const orderResultSchema = z.object({
  client_order_id: z.string(),
  whale_id: z.string(),
  market_ticker: ticker,
  /** `placed`: the broker has it, filled or resting. `unknown` is never final: executor finds out and says so. */
  status: z.enum(['placed', 'rejected', 'expired', 'unknown']),
  broker: z.enum(['paper', 'demo', 'live']),
  order_id: z.string().nullable(),
  filled_e2: countE2,
  remaining_e2: countE2,
  average_price_e4: z.number().nullable(),
  fee_e6: z.number().int(),
  /** Empty when placed. */
  reason: z.string(),
  timestamp_ms: timestampMs,
})
export type OrderResult = z.infer<typeof orderResultSchema>

/** The predecessor's answer of /v3/cleanup. */
export const cleanupResultSchema = z.object({
  command_id: z.string(),
  success: z.boolean(),
  mode: z.enum(['orphaned_only', 'all']),
  cancelled_count: z.number().int(),
  preserved_count: z.number().int(),
  error_count: z.number().int(),
  cancelled: z.array(z.string()),
  preserved: z.array(z.string()),
  errors: z.array(z.string()),
  timestamp_ms: timestampMs,
})
export type CleanupResult = z.infer<typeof cleanupResultSchema>
