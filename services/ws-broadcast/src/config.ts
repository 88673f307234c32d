import { ConfigError, readSettings, type Env } from '@whalecast/runtime'
import type { DoorConfig } from './adapters/admission/open-door.ts'
import type { JwtConfig } from './adapters/access/open-jwt.ts'
import { trustedProxies } from './adapters/admission/peer-address.ts'
import { jwtConfig } from './jwt-config.ts'
import { allowedProblems } from './domain/admission/allowed-names.ts'
import { parseStaticTokens, type StaticToken } from './domain/access/static-tokens.ts'

export type Config = {
  readonly redis: { readonly url: string; readonly prefix: string }
  readonly http: { readonly host: string; readonly port: number }
  readonly consoleDir: string
  /** Beyond loopback. */
  readonly allowed: { readonly origins: readonly string[]; readonly hosts: readonly string[] }
  readonly access: {
    readonly tokens: readonly StaticToken[]
    readonly tokensFile: string | undefined
    readonly jwt?: JwtConfig | undefined
    readonly dataDir: string
  }
  readonly limits: DoorConfig['limits']
  /** Proxies whose word on a client's address is believed. */
  readonly proxies: readonly string[]
  readonly clientBufferBytes: number
  readonly totalBufferBytes: number
  /** Frames a second of one client, where frames may be left out. */
  readonly rates: { readonly perClient: number; readonly perChannel: number }
  readonly pingIntervalMs: number
  /** Undefined: it follows the load. */
  readonly flushWindowMs: number | undefined
  /** Whether clients that offer permessage-deflate get it. */
  readonly compression: boolean
}

/** The service's settings, or one ConfigError that names everything wrong with them. */
export function parseConfig(env: Env): Config {
  const read = readSettings(env, [
    'REDIS_URL',
    'WHALECAST_KEY_PREFIX',
    'WHALECAST_HTTP_HOST',
    'WHALECAST_HTTP_PORT',
    'WHALECAST_CONSOLE_DIR',
    'WHALECAST_ALLOWED_ORIGINS',
    'WHALECAST_ALLOWED_HOSTS',
    'WHALECAST_TOKENS',
    'WHALECAST_TOKENS_FILE',
    'WHALECAST_JWT_SECRET',
    'WHALECAST_JWT_SECRET_FILE',
    'WHALECAST_JWKS_URL',
    'WHALECAST_JWKS_FILE',
    'WHALECAST_JWT_ISSUER',
    'WHALECAST_JWT_AUDIENCE',
    'WHALECAST_JWT_TOLERANCE_SECONDS',
    'WHALECAST_DATA_DIR',
    'WHALECAST_TRUSTED_PROXIES',
    'WHALECAST_MAX_CLIENTS',
    'WHALECAST_MAX_CLIENTS_PER_ADDRESS',
    'WHALECAST_MAX_CLIENTS_PER_TOKEN',
    'WHALECAST_ACCEPTS_PER_SECOND',
    'WHALECAST_REQUESTS_PER_SECOND',
    'WHALECAST_CLIENT_BUFFER_BYTES',
    'WHALECAST_TOTAL_BUFFER_BYTES',
    'WHALECAST_CLIENT_FRAMES_PER_SECOND',
    'WHALECAST_CHANNEL_FRAMES_PER_SECOND',
    'WHALECAST_PING_INTERVAL_MS',
    'WHALECAST_FLUSH_WINDOW_MS',
    'WHALECAST_COMPRESSION',
  ])
  const allowed = { origins: read.WHALECAST_ALLOWED_ORIGINS, hosts: read.WHALECAST_ALLOWED_HOSTS }
  const problems = [...allowedProblems(allowed)]
  const tokens = attempt(problems, 'WHALECAST_TOKENS', () => parseStaticTokens(read.WHALECAST_TOKENS))
  const jwt = attempt(problems, 'WHALECAST_JWT', () => jwtConfig(read))
  const proxies = read.WHALECAST_TRUSTED_PROXIES
  attempt(problems, 'WHALECAST_TRUSTED_PROXIES', () => trustedProxies(proxies))
  if (problems.length > 0) throw new ConfigError(problems)
  return {
    redis: { url: read.REDIS_URL, prefix: read.WHALECAST_KEY_PREFIX },
    http: { host: read.WHALECAST_HTTP_HOST, port: read.WHALECAST_HTTP_PORT },
    consoleDir: read.WHALECAST_CONSOLE_DIR,
    allowed,
    access: {
      tokens: tokens ?? [],
      tokensFile: read.WHALECAST_TOKENS_FILE,
      jwt,
      dataDir: read.WHALECAST_DATA_DIR,
    },
    rates: {
      perClient: read.WHALECAST_CLIENT_FRAMES_PER_SECOND,
      perChannel: read.WHALECAST_CHANNEL_FRAMES_PER_SECOND,
    },
    limits: {
      clients: read.WHALECAST_MAX_CLIENTS,
      perAddress: read.WHALECAST_MAX_CLIENTS_PER_ADDRESS,
      perHolder: read.WHALECAST_MAX_CLIENTS_PER_TOKEN,
      acceptPerSecond: read.WHALECAST_ACCEPTS_PER_SECOND,
      requestsPerSecond: read.WHALECAST_REQUESTS_PER_SECOND,
    },
    proxies,
    clientBufferBytes: read.WHALECAST_CLIENT_BUFFER_BYTES,
    totalBufferBytes: read.WHALECAST_TOTAL_BUFFER_BYTES,
    pingIntervalMs: read.WHALECAST_PING_INTERVAL_MS,
    flushWindowMs: read.WHALECAST_FLUSH_WINDOW_MS,
    compression: read.WHALECAST_COMPRESSION === 'on',
  }
}

/** What a part of the settings says, with everything that is wrong with it added to the problems. */
function attempt<T>(problems: string[], name: string, read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof ConfigError) problems.push(...error.problems)
    else problems.push(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}
