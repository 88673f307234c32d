import { exchangeEndpoints } from '@whalecast/kalshi'
import { ConfigError, readSettings, type Env } from '@whalecast/runtime'

type Key = { readonly apiUrl: string; readonly keyId: string; readonly privateKeyPath: string }

export type BrokerConfig =
  | { readonly name: 'paper'; readonly balanceE6: number }
  | ({ readonly name: 'demo' | 'live' } & Key)

export type Config = {
  readonly redisUrl: string
  readonly keyPrefix: string
  /** Whether there is anything to carry out. */
  readonly trades: boolean
  readonly broker: BrokerConfig
  /** How long what is not filled at once rests; 0 for not at all. */
  readonly restMs: number
}

const centE6 = 10_000
const confirmation = 'I understand'

/** Reads the settings of this service, or throws one ConfigError that names every bad or missing variable. */
export function parseConfig(env: Env): Config {
  const set = readSettings(env, [
    'REDIS_URL',
    'WHALECAST_KEY_PREFIX',
    'TRADING_STRATEGY',
    'TRADING_BROKER',
    'TRADING_LIVE_CONFIRM',
    'TRADING_ORDER_LIFE_SECONDS',
    'PAPER_BALANCE_CENTS',
    'KALSHI_API_URL',
    'EXECUTOR_KALSHI_API_KEY_ID',
    'EXECUTOR_KALSHI_PRIVATE_KEY_PATH',
  ])
  const { TRADING_BROKER: name, EXECUTOR_KALSHI_API_KEY_ID: keyId } = set
  const { EXECUTOR_KALSHI_PRIVATE_KEY_PATH: privateKeyPath } = set
  const common = {
    redisUrl: set.REDIS_URL,
    keyPrefix: set.WHALECAST_KEY_PREFIX,
    trades: set.TRADING_STRATEGY !== 'hold',
    restMs: set.TRADING_ORDER_LIFE_SECONDS * 1_000,
  }
  if (name === 'paper') return { ...common, broker: { name, balanceE6: set.PAPER_BALANCE_CENTS * centE6 } }
  const problems: string[] = []
  if (name === 'live' && set.TRADING_LIVE_CONFIRM !== confirmation) {
    problems.push(
      `TRADING_BROKER=live orders for real money; it needs TRADING_LIVE_CONFIRM="${confirmation}" as well`,
    )
  }
  if (keyId === undefined || privateKeyPath === undefined) {
    problems.push(
      `TRADING_BROKER=${name} needs EXECUTOR_KALSHI_API_KEY_ID and EXECUTOR_KALSHI_PRIVATE_KEY_PATH, a key that may order`,
    )
  }
  if (problems.length > 0 || keyId === undefined || privateKeyPath === undefined)
    throw new ConfigError(problems)
  const { apiUrl } = exchangeEndpoints(name === 'live' ? 'prod' : 'demo')
  return { ...common, broker: { name, apiUrl: set.KALSHI_API_URL ?? apiUrl, keyId, privateKeyPath } }
}
