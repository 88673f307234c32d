import type { Follow } from '@whalecast/events'
import { DayLedger } from './day-ledger.ts'
import { DecisionCounts } from './decision-counts.ts'
import { TokenBucket } from './token-bucket.ts'

/** How following stands while no strategy follows; what an earlier one did today stays known. */
export function holdingStill(tradesPerMinute: number, stored: Follow | undefined, nowMs: number): Follow {
  const { capacity, refillMs } = new TokenBucket(tradesPerMinute, nowMs)
  const bucket = { tokens_remaining: capacity, max_tokens: capacity, token_refill_seconds: refillMs / 1_000 }
  return {
    strategy: 'hold',
    active: false,
    reason: 'TRADING_STRATEGY is hold',
    stats: new DecisionCounts().stats(bucket),
    followed_whales: [],
    day: new DayLedger(stored?.day, nowMs).state(nowMs),
    timestamp_ms: nowMs,
  }
}
