import { readSettings, type Env } from '@whalecast/runtime'
import type { WhaleRule } from './domain/whales.ts'
import type { FollowConfig } from './follow/follow-whales.ts'

export type Config = {
  readonly redisUrl: string
  readonly keyPrefix: string
  readonly rule: WhaleRule
  readonly follow: FollowConfig
}

const centE6 = 10_000
const centE4 = 100
const contractE2 = 100
const minuteMs = 60_000

/** Reads the settings of this service, or throws one ConfigError that names every bad variable. */
export function parseConfig(env: Env): Config {
  const set = readSettings(env, [
    'REDIS_URL',
    'WHALECAST_KEY_PREFIX',
    'WHALE_QUEUE_SIZE',
    'WHALE_WINDOW_MINUTES',
    'WHALE_MIN_SIZE_CENTS',
    'WHALE_EVENT_MIN_SIZE_CENTS',
    'WHALE_SIZE_METRIC',
    'TRADING_STRATEGY',
    'WHALE_MAX_TRADES_PER_MINUTE',
    'WHALE_MAX_AGE_SECONDS',
    'WHALE_FOLLOW_CONTRACTS',
    'WHALE_MAX_PRICE_MOVE_CENTS',
    'WHALE_MAX_SPREAD_CENTS',
    'WHALE_MAX_POSITION_CONTRACTS',
    'WHALE_MAX_PORTFOLIO_CENTS',
    'WHALE_MAX_DAILY_TRADES',
    'WHALE_MAX_DAILY_LOSS_CENTS',
    'WHALE_MAX_FAILURES',
  ])
  return {
    redisUrl: set.REDIS_URL,
    keyPrefix: set.WHALECAST_KEY_PREFIX,
    rule: {
      queueSize: set.WHALE_QUEUE_SIZE,
      windowMs: set.WHALE_WINDOW_MINUTES * minuteMs,
      minSizeE6: set.WHALE_MIN_SIZE_CENTS * centE6,
      eventMinPayoutE6: set.WHALE_EVENT_MIN_SIZE_CENTS * centE6,
      metric: set.WHALE_SIZE_METRIC,
    },
    follow: {
      strategy: set.TRADING_STRATEGY,
      tradesPerMinute: set.WHALE_MAX_TRADES_PER_MINUTE,
      maxAgeMs: set.WHALE_MAX_AGE_SECONDS * 1_000,
      countE2: set.WHALE_FOLLOW_CONTRACTS * contractE2,
      maxMoveE4: set.WHALE_MAX_PRICE_MOVE_CENTS * centE4,
      maxSpreadE4: set.WHALE_MAX_SPREAD_CENTS * centE4,
      maxPositionE2: set.WHALE_MAX_POSITION_CONTRACTS * contractE2,
      maxPortfolioE6: set.WHALE_MAX_PORTFOLIO_CENTS * centE6,
      maxDailyTrades: set.WHALE_MAX_DAILY_TRADES,
      maxDailyLossE6: set.WHALE_MAX_DAILY_LOSS_CENTS * centE6,
      maxFailures: set.WHALE_MAX_FAILURES,
    },
  }
}
