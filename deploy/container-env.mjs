// What each process in a container is told beyond its own settings: which exchange, and where keys and tokens lie.
import { statSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { chooseExchange, executorAtSimulator, keyPairIn } from '../scripts/lib/exchange.mjs'

/** Where docker-compose.yml puts what is not in the image. */
export const places = {
  simulatorKey: '/data/simulator-key',
  simulatorWriteKey: '/data/simulator-write-key',
  tokensFile: '/data/access/tokens',
  adminToken: '/data/admin/token',
  exchangeKey: '/run/secrets/exchange-key.pem',
  writeKey: '/run/secrets/write-key.pem',
  tokenKeys: '/run/secrets/jwks.json',
}

const simulatorPort = 9200
const simulatorApiUrl = `http://exchange-sim:${simulatorPort}/trade-api/v2`

/** The networks that this container is in, like 172.20.0.3/16; its own loopback is none. */
export const ownNetworks = (interfaces = networkInterfaces()) =>
  Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, cidr }) => !internal && cidr && !cidr.startsWith('fe80:'))
    .map(({ cidr }) => cidr)

/** A key file that is mounted; the project's empty stand-in counts as none. */
const mounted = (path) => (statSync(path, { throwIfNoEntry: false })?.size ? path : undefined)

const without = (env, pattern) =>
  Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== undefined && !pattern.test(name)),
  )

/** Whether the simulator has nothing to do, because a real exchange is configured. */
export const simulatorIdles = (env) => Boolean(env.KALSHI_API_KEY_ID?.trim())

const forProcess = {
  'exchange-sim': (env, at) => {
    const [key, writeKey] = [keyPairIn(at.simulatorKey), keyPairIn(at.simulatorWriteKey)]
    return {
      ...without(env, /^KALSHI_/),
      SIM_HOST: '0.0.0.0',
      SIM_PORT: String(simulatorPort),
      SIM_KEY_ID: key.keyId,
      SIM_PUBLIC_KEY_PATH: key.publicKeyPath,
      SIM_WRITE_KEY_ID: writeKey.keyId,
      SIM_WRITE_PUBLIC_KEY_PATH: writeKey.publicKeyPath,
    }
  },
  ingest: (env, at) => {
    const own = { ...env, KALSHI_PRIVATE_KEY_PATH: mounted(at.exchangeKey) }
    if (chooseExchange(own) === 'live') return own
    const key = keyPairIn(at.simulatorKey)
    return {
      ...without(own, /^SIM_/),
      KALSHI_API_KEY_ID: key.keyId,
      KALSHI_PRIVATE_KEY_PATH: key.privateKeyPath,
      KALSHI_WS_URL: `ws://exchange-sim:${simulatorPort}/trade-api/ws/v2`,
      KALSHI_API_URL: simulatorApiUrl,
    }
  },
  'ws-broadcast': (env, at, networks) => ({
    ...env,
    // Nobody but our own proxy reaches these networks; it says who the client is.
    WHALECAST_TRUSTED_PROXIES: networks.join(','),
    WHALECAST_HTTP_HOST: '0.0.0.0',
    WHALECAST_HTTP_PORT: '8080',
    WHALECAST_TOKENS_FILE: at.tokensFile,
    ...(mounted(at.tokenKeys) && { WHALECAST_JWKS_FILE: at.tokenKeys }),
  }),
  executor: (env, at) => {
    const key = mounted(at.writeKey)
    const own = {
      ...without(env, /^KALSHI_API_KEY_ID$/),
      ...(key && { EXECUTOR_KALSHI_PRIVATE_KEY_PATH: key }),
    }
    if (simulatorIdles(env)) return own
    const writeKey = keyPairIn(at.simulatorWriteKey)
    return { ...own, ...executorAtSimulator(env, { apiUrl: simulatorApiUrl, writeKey }) }
  },
}

/** The environment of the process `name`. Throws a UserError that names what is configured by half. */
export const containerEnv = (name, env, at = places, networks = ownNetworks()) =>
  forProcess[name]?.(env, at, networks) ?? env
