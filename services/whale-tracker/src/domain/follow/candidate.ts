import type { Side, WhaleEntry } from '@whalecast/events'

/** A whale that may be followed. */
export type Candidate = {
  readonly whaleId: string
  readonly marketTicker: string
  readonly title: string | null
  readonly side: Side
  /** What one contract of `side` cost the whale. */
  readonly priceE4: number
  readonly sizeDollars: number
  readonly executedAtMs: number
}

export function toCandidate(entry: WhaleEntry): Candidate {
  return {
    whaleId: entry.whale_id,
    marketTicker: entry.market_ticker,
    title: entry.title,
    side: entry.side,
    priceE4: Math.round(entry.price_cents * 100),
    sizeDollars: entry.whale_size_dollars,
    executedAtMs: entry.timestamp_ms,
  }
}
