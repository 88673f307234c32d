import { z } from 'zod'
import { priceE4, ticker, timestampMs } from './units.ts'

/** What a series takes for a trade: the kind by the exchange's own name, and a factor on it. */
export const feeRuleSchema = z.object({ type: z.string(), multiplier: z.number().nonnegative() })
export type FeeRule = z.infer<typeof feeRuleSchema>

/** What a ticker means to a person. Latest value, one key per market. */
export const marketSchema = z.object({
  market_ticker: ticker,
  event_ticker: ticker.nullable(),
  title: z.string(),
  /** What YES stands for. */
  sub_title: z.string().nullable(),
  status: z.string(),
  close_at_ms: timestampMs.nullable(),
  /** What it was decided as (`yes`, `no`, `scalar`); absent before that. */
  result: z.string().optional(),
  /** What one YES contract pays by that decision; null when the exchange did not say. */
  settlement_e4: priceE4.nullable().optional(),
  /** Absent while nobody knows it. */
  fees: feeRuleSchema.optional(),
})
export type Market = z.infer<typeof marketSchema>
