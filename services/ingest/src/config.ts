import { exchangeEndpoints } from '@whalecast/kalshi'
import { ConfigError, readSettings, type Env } from '@whalecast/runtime'

export type Config = {
  readonly redisUrl: string
  readonly keyPrefix: string
  readonly exchange: {
    readonly wsUrl: string
    readonly apiUrl: string
    readonly keyId: string
    readonly privateKeyPath: string
  }
  /** Trades that may lie between this process and the tracker before reading stops. */
  readonly queueCapacity: number
  /** Markets whose ticker and order book are followed whatever happens in them. */
  readonly bookMarkets: readonly string[]
  /** Whether the account of the key is published. Where a strategy trades on paper, executor publishes its own. */
  readonly followsAccount: boolean
}

/** The settings of ingest; or one ConfigError that names everything that is bad, unknown or missing. */
export function parseConfig(env: Env): Config {
  const set = readSettings(env, [
    'REDIS_URL',
    'WHALECAST_KEY_PREFIX',
    'WHALECAST_QUEUE_CAPACITY',
    'WHALECAST_BOOK_MARKETS',
    'TRADING_STRATEGY',
    'TRADING_BROKER',
    'KALSHI_ENV',
    'KALSHI_API_KEY_ID',
    'KALSHI_PRIVATE_KEY_PATH',
    'KALSHI_WS_URL',
    'KALSHI_API_URL',
  ])
  const { KALSHI_API_KEY_ID: keyId, KALSHI_PRIVATE_KEY_PATH: privateKeyPath } = set
  if (keyId === undefined || privateKeyPath === undefined) {
    throw new ConfigError([
      'KALSHI_API_KEY_ID and KALSHI_PRIVATE_KEY_PATH: both are needed, the exchange answers nobody without credentials' +
        ' (`npm start` without them runs the simulator)',
    ])
  }
  const endpoints = exchangeEndpoints(set.KALSHI_ENV)
  return {
    redisUrl: set.REDIS_URL,
    keyPrefix: set.WHALECAST_KEY_PREFIX,
    exchange: {
      wsUrl: set.KALSHI_WS_URL ?? endpoints.wsUrl,
      apiUrl: set.KALSHI_API_URL ?? endpoints.apiUrl,
      keyId,
      privateKeyPath,
    },
    queueCapacity: set.WHALECAST_QUEUE_CAPACITY,
    bookMarkets: set.WHALECAST_BOOK_MARKETS,
    followsAccount: set.TRADING_STRATEGY === 'hold' || set.TRADING_BROKER !== 'paper',
  }
}
