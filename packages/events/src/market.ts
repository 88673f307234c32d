import { z } from 'zod'
import { priceE4, ticker, timestampMs } from './units.ts'

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
})
export type Market = z.infer<typeof marketSchema>
