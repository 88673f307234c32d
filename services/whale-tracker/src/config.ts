import { readSettings, type Env } from '@whalecast/runtime'
import type { WhaleRule } from './domain/whales.ts'

export type Config = { readonly redisUrl: string; readonly keyPrefix: string; readonly rule: WhaleRule }

const centE6 = 10_000
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
  }
}
