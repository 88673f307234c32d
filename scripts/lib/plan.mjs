// Which processes make up the system, and what each of them is told. Pure: nothing is started here.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { executorAtSimulator } from './exchange.mjs'

const services = ['ingest', 'whale-tracker', 'status-reporter', 'health-monitor', 'ws-broadcast']

/** Without a strategy there is nothing to execute, so the one process that could order does not even run. */
const trades = (env) => !['', 'hold'].includes(env.TRADING_STRATEGY?.trim() ?? '')

/** How far a process's ops port lies above WHALECAST_OPS_PORT. */
export const opsOffsets = {
  'exchange-sim': 0,
  ingest: 1,
  'whale-tracker': 2,
  'status-reporter': 3,
  'health-monitor': 4,
  'ws-broadcast': 5,
  executor: 6,
}

const without = (env, pattern) =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !pattern.test(name)))

const only = (env, pattern) => Object.fromEntries(Object.entries(env).filter(([name]) => pattern.test(name)))

const writeKey = /^EXECUTOR_KALSHI_/

/** The write key belongs to executor alone. */
export const withoutWriteKey = (env) => without(env, writeKey)

/** Who has this secret can make tokens: ws-broadcast alone needs it. */
const tokenSecret = /^WHALECAST_JWT_SECRET$/

/** Credentials and the addresses they are meant for: ingest alone talks to the exchange. */
const exchangeOnly = /^(KALSHI_API_KEY_ID|KALSHI_PRIVATE_KEY_PATH|SIM_.*)$/

async function obstacleOf(opsUrl) {
  let response
  try {
    response = await fetch(`${opsUrl}/readyz`, { signal: AbortSignal.timeout(2_000) })
  } catch (error) {
    return error.name === 'TimeoutError' ? 'does not answer' : 'not listening yet'
  }
  const text = await response.text()
  if (response.ok) return undefined
  try {
    return JSON.parse(text).reasons?.join('; ') || 'not ready'
  } catch {
    return 'not ready'
  }
}

/**
 * Every Node process of the system, with its command, its environment and how to ask whether it is ready.
 * `where`: { root, redisUrl, dataDir, opsHost, opsPort, httpPort, simulator?: { port, key, writeKey } }
 */
export function planProcesses(env, where) {
  const shared = {
    ...without(withoutWriteKey(env), tokenSecret),
    REDIS_URL: where.redisUrl,
    WHALECAST_DATA_DIR: where.dataDir,
    WHALECAST_OPS_PORT: String(where.opsPort),
    WHALECAST_HTTP_PORT: String(where.httpPort),
    // One place makes lines for the eye out of them: process-log.mjs.
    LOG_FORMAT: 'json',
  }
  const opsName = where.opsHost === '0.0.0.0' || where.opsHost === '::' ? '127.0.0.1' : where.opsHost
  const guard = pathToFileURL(join(where.root, 'scripts/lib/child-guard.mjs')).href
  const nodeProcess = (name, folder, environment) => {
    const opsUrl = `http://${opsName.includes(':') ? `[${opsName}]` : opsName}:${where.opsPort + opsOffsets[name]}`
    return {
      name,
      command: process.execPath,
      args: ['--import', guard, join(where.root, folder, 'dist/main.js')],
      env: environment,
      opsUrl,
      channel: true,
      obstacle: () => obstacleOf(opsUrl),
    }
  }
  const { simulator } = where
  const exchange = simulator && {
    KALSHI_WS_URL: `ws://127.0.0.1:${simulator.port}/trade-api/ws/v2`,
    KALSHI_API_URL: `http://127.0.0.1:${simulator.port}/trade-api/v2`,
    KALSHI_API_KEY_ID: simulator.key.keyId,
    KALSHI_PRIVATE_KEY_PATH: simulator.key.privateKeyPath,
  }
  return [
    ...(simulator
      ? [
          nodeProcess('exchange-sim', 'packages/exchange-sim', {
            ...without(shared, /^KALSHI_/),
            SIM_PORT: String(simulator.port),
            SIM_KEY_ID: simulator.key.keyId,
            SIM_PUBLIC_KEY_PATH: simulator.key.publicKeyPath,
            SIM_WRITE_KEY_ID: simulator.writeKey.keyId,
            SIM_WRITE_PUBLIC_KEY_PATH: simulator.writeKey.publicKeyPath,
          }),
        ]
      : []),
    ...services.map((name) =>
      nodeProcess(
        name,
        join('services', name),
        name === 'ingest'
          ? { ...without(shared, /^SIM_/), ...exchange }
          : {
              ...without(shared, exchangeOnly),
              ...(name === 'ws-broadcast' && only(env, tokenSecret)),
            },
      ),
    ),
    ...(trades(env)
      ? [
          nodeProcess('executor', 'services/executor', {
            ...without(shared, exchangeOnly),
            ...only(env, writeKey),
            ...(simulator &&
              executorAtSimulator(env, { apiUrl: exchange.KALSHI_API_URL, writeKey: simulator.writeKey })),
          }),
        ]
      : []),
  ]
}
