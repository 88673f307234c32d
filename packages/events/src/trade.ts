import { z } from 'zod'
import { countE2, priceE4, side, ticker, timestampMs } from './units.ts'

/**
 * One print as it travels between processes: integers only, so nothing is rounded on the way.
 * `yes_price_e4` is the YES price whatever the side; `taker_side` is what the taker ended up long.
 */
export const tradeSchema = z.object({
  /** The exchange's id: unique, equal on WebSocket and REST, the key of every dedupe. */
  trade_id: z.string().min(1).max(64),
  market_ticker: ticker,
  taker_side: side,
  yes_price_e4: priceE4,
  count_e2: countE2,
  /** Matched off the book, by negotiation. */
  is_block_trade: z.boolean(),
  /** When the exchange matched it. */
  executed_at_ms: timestampMs,
  /** When ingest read it from the socket. */
  received_at_ms: timestampMs,
})

export type Trade = z.infer<typeof tradeSchema>

/** A print as screens see it, on channels `tape` and `tape:{ticker}`. */
export const tradeFrameSchema = z.object({
  trade_id: z.string(),
  market_ticker: ticker,
  side,
  /** What one contract of `side` cost, in cents; fractional down to 0.01. The YES price when the side is unknown. */
  price_cents: z.number(),
  /** Contracts; fractional down to 0.01. */
  count: z.number(),
  cost_dollars: z.number(),
  payout_dollars: z.number(),
  is_block_trade: z.boolean(),
  timestamp_ms: timestampMs,
  received_at_ms: timestampMs,
})

export type TradeFrame = z.infer<typeof tradeFrameSchema>
