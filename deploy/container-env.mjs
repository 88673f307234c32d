// What each process in a container is told beyond its own settings: which exchange, and where keys and tokens lie.
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { chooseExchange } from '../scripts/lib/exchange.mjs'

/** How far a process's ops port lies above WHALECAST_OPS_PORT; the names are also those of the containers. */
export const opsOffsets = {
  'exchange-sim': 0,
  ingest: 1,
  'whale-tracker': 2,
  'status-reporter': 3,
  'health-monitor': 4,
  'ws-broadcast': 5,
  executor: 6,
}

/** Where docker-compose.yml puts what is not in the image. */
export const places = {
  simulatorKey: '/data/simulator-key',
  tokensFile: '/data/access/tokens',
  adminToken: '/data/admin/token',
  exchangeKey: '/run/secrets/exchange-key.pem',
  writeKey: '/run/secrets/write-key.pem',
}

const simulatorPort = 9200

/** A key file that is mounted; the project's empty stand-in counts as none. */
const mounted = (path) => (statSync(path, { throwIfNoEntry: false })?.size ? path : undefined)

const without = (env, pattern) =>
  Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== undefined && !pattern.test(name)),
  )

/** Whether the simulator has nothing to do, because a real exchange is configured. */
export const simulatorIdles = (env) => Boolean(env.KALSHI_API_KEY_ID?.trim())

const forProcess = {
  'exchange-sim': (env, at) => ({
    ...without(env, /^KALSHI_/),
    SIM_HOST: '0.0.0.0',
    SIM_PORT: String(simulatorPort),
    SIM_KEY_ID: readFileSync(join(at.simulatorKey, 'id'), 'utf8').trim(),
    SIM_PUBLIC_KEY_PATH: join(at.simulatorKey, 'public.pem'),
  }),
  ingest: (env, at) => {
    const own = { ...env, KALSHI_PRIVATE_KEY_PATH: mounted(at.exchangeKey) }
    if (chooseExchange(own) === 'live') return own
    return {
      ...without(own, /^SIM_/),
      KALSHI_API_KEY_ID: readFileSync(join(at.simulatorKey, 'id'), 'utf8').trim(),
      KALSHI_PRIVATE_KEY_PATH: join(at.simulatorKey, 'private.pem'),
      KALSHI_WS_URL: `ws://exchange-sim:${simulatorPort}/trade-api/ws/v2`,
      KALSHI_API_URL: `http://exchange-sim:${simulatorPort}/trade-api/v2`,
    }
  },
  'ws-broadcast': (env, at) => ({
    ...env,
    WHALECAST_HTTP_HOST: '0.0.0.0',
    WHALECAST_HTTP_PORT: '8080',
    WHALECAST_TOKENS_FILE: at.tokensFile,
  }),
  executor: (env, at) => {
    const key = mounted(at.writeKey)
    return key ? { ...env, EXECUTOR_KALSHI_PRIVATE_KEY_PATH: key } : env
  },
}

/** The environment of the process `name`. Throws a UserError that names what is configured by half. */
export const containerEnv = (name, env, at = places) => forProcess[name]?.(env, at) ?? env
