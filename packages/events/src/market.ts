import { z } from 'zod'
import { ticker, timestampMs } from './units.ts'

/** What a ticker means to a person. Latest value, one key per market. */
export const marketSchema = z.object({
  market_ticker: ticker,
  event_ticker: ticker.nullable(),
  title: z.string(),
  /** What YES stands for. */
  sub_title: z.string().nullable(),
  status: z.string(),
  close_at_ms: timestampMs.nullable(),
})
export type Market = z.infer<typeof marketSchema>
