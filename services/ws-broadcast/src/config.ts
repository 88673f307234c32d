import { ConfigError, readSettings, type Env } from '@whalecast/runtime'
import type { DoorConfig } from './adapters/open-door.ts'
import type { JwtConfig } from './adapters/open-jwt.ts'
import { trustedProxies } from './adapters/peer-address.ts'
import { jwtConfig } from './jwt-config.ts'
import { parseStaticTokens, type StaticToken } from './domain/static-tokens.ts'

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
  return {
    redis: { url: read.REDIS_URL, prefix: read.WHALECAST_KEY_PREFIX },
    http: { host: read.WHALECAST_HTTP_HOST, port: read.WHALECAST_HTTP_PORT },
    consoleDir: read.WHALECAST_CONSOLE_DIR,
    allowed: { origins: read.WHALECAST_ALLOWED_ORIGINS, hosts: read.WHALECAST_ALLOWED_HOSTS },
    access: {
      tokens: readTokens(read.WHALECAST_TOKENS),
      tokensFile: read.WHALECAST_TOKENS_FILE,
      jwt: jwtConfig(read),
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
    proxies: proxiesOf(read.WHALECAST_TRUSTED_PROXIES),
    clientBufferBytes: read.WHALECAST_CLIENT_BUFFER_BYTES,
    totalBufferBytes: read.WHALECAST_TOTAL_BUFFER_BYTES,
    pingIntervalMs: read.WHALECAST_PING_INTERVAL_MS,
    flushWindowMs: read.WHALECAST_FLUSH_WINDOW_MS,
    compression: read.WHALECAST_COMPRESSION === 'on',
  }
}

function readTokens(entries: readonly string[]): readonly StaticToken[] {
  try {
    return parseStaticTokens(entries)
  } catch (error) {
    throw new ConfigError([`WHALECAST_TOKENS: ${error instanceof Error ? error.message : String(error)}`])
  }
}

function proxiesOf(entries: readonly string[]): readonly string[] {
  try {
    trustedProxies(entries)
    return entries
  } catch (error) {
    throw new ConfigError([
      `WHALECAST_TRUSTED_PROXIES: ${error instanceof Error ? error.message : String(error)}`,
    ])
  }
}
