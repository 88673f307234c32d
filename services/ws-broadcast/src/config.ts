import { readSettings, type Env } from '@whalecast/runtime'

export type Config = {
  readonly redis: { readonly url: string; readonly prefix: string }
  readonly http: { readonly host: string; readonly port: number }
  readonly consoleDir: string
  /** Beyond loopback. */
  readonly allowed: { readonly origins: readonly string[]; readonly hosts: readonly string[] }
  readonly maxClients: number
  readonly clientBufferBytes: number
  readonly pingIntervalMs: number
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
    'WHALECAST_MAX_CLIENTS',
    'WHALECAST_CLIENT_BUFFER_BYTES',
    'WHALECAST_PING_INTERVAL_MS',
  ])
  return {
    redis: { url: read.REDIS_URL, prefix: read.WHALECAST_KEY_PREFIX },
    http: { host: read.WHALECAST_HTTP_HOST, port: read.WHALECAST_HTTP_PORT },
    consoleDir: read.WHALECAST_CONSOLE_DIR,
    allowed: { origins: read.WHALECAST_ALLOWED_ORIGINS, hosts: read.WHALECAST_ALLOWED_HOSTS },
    maxClients: read.WHALECAST_MAX_CLIENTS,
    clientBufferBytes: read.WHALECAST_CLIENT_BUFFER_BYTES,
    pingIntervalMs: read.WHALECAST_PING_INTERVAL_MS,
  }
}
