import { readSettings, type Env } from '@whalecast/runtime'

export type Config = { readonly redisUrl: string; readonly keyPrefix: string }

/** Reads the settings of this service, or throws one ConfigError that names every bad variable. */
export function parseConfig(env: Env): Config {
  const set = readSettings(env, ['REDIS_URL', 'WHALECAST_KEY_PREFIX'])
  return { redisUrl: set.REDIS_URL, keyPrefix: set.WHALECAST_KEY_PREFIX }
}
