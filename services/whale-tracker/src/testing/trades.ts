import type { Trade } from '@whalecast/events'
import { epochMs } from '@whalecast/events/testing'

export { epochMs }

export const minute = 60_000

/** A trade of 400 contracts at 62 cents, YES, with whatever else a test needs. */
export function makeTrade(over: Partial<Trade> = {}): Trade {
  return {
    trade_id: 'trade-1',
    market_ticker: 'KXTEST-1',
    taker_side: 'yes',
    yes_price_e4: 6_200,
    count_e2: 40_000,
    is_block_trade: false,
    executed_at_ms: epochMs,
    received_at_ms: over.executed_at_ms ?? epochMs,
    ...over,
  }
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
