import { z } from 'zod'
import { countE2, priceE4, side, ticker, timestampMs } from './units.ts'

/** What became of a whale when it was judged: the predecessor's six rules, and the guards beyond them. */
export const decisionAction = z.enum([
  'followed',
  'failed',
  'skipped_age',
  'skipped_position',
  'skipped_orders',
  'rate_limited',
  /** The exchange did not say which side took; nothing may be guessed. */
  'skipped_side',
  /** The price moved away from the whale's by more than allowed. */
  'skipped_price',
  /** The spread is wider than allowed, or there is no book to judge it by. */
  'skipped_spread',
  /** A cap per market, on the portfolio or per day would be passed. */
  'skipped_limit',
  /** Following is halted: daily loss, or too many failures in a row. */
  'halted',
])
export type DecisionAction = z.infer<typeof decisionAction>

/** One judgement, told once per whale. Channel `decisions`. */
export const decisionSchema = z.object({
  whale_id: z.string(),
  action: decisionAction,
  /** In words, with the figures that decided. */
  reason: z.string(),
  order_id: z.string().nullable(),
  client_order_id: z.string().nullable(),
  /** Age of the whale when it was judged. */
  age_seconds: z.number(),
  market_ticker: ticker,
  title: z.string().nullable(),
  side,
  whale_size_dollars: z.number(),
  timestamp_ms: timestampMs,
})
export type Decision = z.infer<typeof decisionSchema>

/** The order that a whale leads to. It is told before it is sent, so that whoever leads next can find out what became of it. */
export const followOrderSchema = z.object({
  client_order_id: z.string(),
  market_ticker: ticker,
  title: z.string().nullable(),
  side: z.enum(['yes', 'no']),
  /** Limit: what one contract of `side` may cost. */
  price_e4: priceE4,
  count_e2: countE2,
  requested_at_ms: timestampMs,
  valid_until_ms: timestampMs,
  whale_size_dollars: z.number(),
  whale_at_ms: timestampMs,
})
export type FollowOrder = z.infer<typeof followOrderSchema>

/** A whale is being judged, and then has been. Channel `decisions`, for the screens' animation. */
export const whaleProcessingSchema = z.object({
  whale_id: z.string(),
  status: z.enum(['processing', 'complete']),
  /** Null while processing. */
  action: decisionAction.nullable(),
  /** While processing, if an order is about to be sent. */
  order: followOrderSchema.optional(),
  timestamp_ms: timestampMs,
})
export type WhaleProcessing = z.infer<typeof whaleProcessingSchema>

/** A whale that was followed, with what we bought. */
export const followedWhaleSchema = z.object({
  whale_id: z.string(),
  order_id: z.string().nullable(),
  market_ticker: ticker,
  title: z.string().nullable(),
  side,
  our_count: z.number(),
  /** How many of them were bought at once; the rest waited in the book. Null where nobody remembers. */
  filled_count: z.number().nullable(),
  price_cents: z.number(),
  cost_dollars: z.number(),
  payout_dollars: z.number(),
  whale_size_dollars: z.number(),
  placed_at_ms: timestampMs,
  age_seconds: z.number(),
})
export type FollowedWhale = z.infer<typeof followedWhaleSchema>

/** Counts since following began in this process; whales_detected = whales_followed + whales_skipped + failed. */
export const decisionStatsSchema = z.object({
  whales_detected: z.number().int(),
  whales_followed: z.number().int(),
  /** Every action that is neither `followed` nor `failed`; `rate_limited` only where it was final. */
  whales_skipped: z.number().int(),
  failed: z.number().int(),
  by_action: z.record(decisionAction, z.number().int()),
  tokens_remaining: z.number(),
  max_tokens: z.number(),
  token_refill_seconds: z.number(),
})
export type DecisionStats = z.infer<typeof decisionStatsSchema>

/** How following stands. Latest channel `follow`. */
export const followSchema = z.object({
  strategy: z.enum(['hold', 'whale_follower', 'paper_test']),
  /** Whether whales are judged now, and if not, why. */
  active: z.boolean(),
  reason: z.string(),
  stats: decisionStatsSchema,
  /** Of the last hour, newest first. */
  followed_whales: z.array(followedWhaleSchema),
  /** What bounds the day (UTC), and up to where the account's ledger was looked at for it. */
  day: z.object({
    started_at_ms: timestampMs,
    trades: z.number().int(),
    /** In 1e-6 dollars; fees are in it, transfers are not. */
    realized_pnl_e6: z.number().int(),
    ledger_since_ms: timestampMs.nullable(),
    booked_e6: z.number().int().nullable(),
  }),
  timestamp_ms: timestampMs,
})
export type Follow = z.infer<typeof followSchema>
