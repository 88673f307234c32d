import { z } from 'zod'
import { ticker, timestampMs } from './units.ts'

/** A level as screens see it. */
const level = z.object({ price_cents: z.number(), count: z.number() })
const cents = z.number().nullable()

/**
 * The top of one market's order book, conflated. Both sides are bids; the ask of one is 100 minus the other's bid.
 * Latest channel `book`, keyed by ticker.
 */
export const bookSchema = z.object({
  market_ticker: ticker,
  /** `stale`: a message was missed and a new snapshot is awaited; levels are the last known. */
  state: z.enum(['live', 'stale']),
  /** Best first, at most as many as are shown. */
  yes: z.array(level),
  no: z.array(level),
  best_yes_bid_cents: cents,
  best_yes_ask_cents: cents,
  spread_cents: cents,
  mid_cents: cents,
  /** Contracts bid on all levels, also those not shown. */
  yes_depth: z.number(),
  no_depth: z.number(),
  /**
   * When this was known to be so. A live book is told again each 5 s however quiet its market is, so one that is much
   * older is kept by nobody.
   */
  timestamp_ms: timestampMs,
})
export type Book = z.infer<typeof bookSchema>

/** A price in cents and the contracts now bid there; 0: the level is not shown any more. */
const levelChange = z.tuple([z.number(), z.number()])

/**
 * What changed between two versions of a book, for clients that asked for deltas. Fields in `set` replace those of the
 * book; a changed level takes its place by price. `base_version` must be the version that the client holds; else it asks
 * `resync`.
 */
export const bookDeltaSchema = z.object({
  base_version: z.number().int(),
  version: z.number().int(),
  set: bookSchema.omit({ market_ticker: true, yes: true, no: true }).partial(),
  yes: z.array(levelChange),
  no: z.array(levelChange),
})
export type BookDelta = z.infer<typeof bookDeltaSchema>

/** Prices and totals of one market as the exchange last told them. Latest channel `ticker`, keyed by ticker. */
export const tickerSchema = z.object({
  market_ticker: ticker,
  price_cents: cents,
  yes_bid_cents: cents,
  yes_ask_cents: cents,
  volume: z.number().nullable(),
  open_interest: z.number().nullable(),
  timestamp_ms: timestampMs,
})
export type Ticker = z.infer<typeof tickerSchema>
