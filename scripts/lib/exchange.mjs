// Which exchange the services talk to: the real one, any server that speaks its protocol, or the simulator.
import { generateKeyPairSync } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from './steps.mjs'

const credentials = ['KALSHI_API_KEY_ID', 'KALSHI_PRIVATE_KEY_PATH']
const endpoints = ['KALSHI_WS_URL', 'KALSHI_API_URL']

/**
 * `live` with credentials, else `simulator`. Half of the credentials, a key file that cannot be read, or
 * endpoints without credentials are errors that name the variables.
 */
export function chooseExchange(env) {
  const has = (name) => Boolean(env[name]?.trim())
  const missing = credentials.filter((name) => !has(name))
  if (missing.length === 1)
    throw new UserError(
      `${credentials.find(has)} is set but ${missing[0]} is not: the exchange needs both (without both, the simulator is the exchange)`,
    )
  if (missing.length === 2) {
    const set = endpoints.filter(has)
    if (set.length === 0) return 'simulator'
    throw new UserError(
      `${set.join(' and ')} ${set.length === 1 ? 'is' : 'are'} set, so an exchange is to be used, and it needs a key: set ${credentials.join(' and ')}`,
    )
  }
  try {
    accessSync(env.KALSHI_PRIVATE_KEY_PATH, constants.R_OK)
  } catch (error) {
    throw new UserError(`KALSHI_PRIVATE_KEY_PATH: cannot read ${env.KALSHI_PRIVATE_KEY_PATH} (${error.code})`)
  }
  return 'live'
}

/** The halves of the key pair in `folder`, and the name under which the simulator knows it. */
export const keyPairIn = (folder) => ({
  keyId: readFileSync(join(folder, 'id'), 'utf8').trim(),
  privateKeyPath: join(folder, 'private.pem'),
  publicKeyPath: join(folder, 'public.pem'),
})

function keepKeyPair(folder) {
  const made = !['private.pem', 'public.pem', 'id'].every((name) => existsSync(join(folder, name)))
  if (made) {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(join(folder, 'private.pem'), privateKey, { mode: 0o600 })
    writeFileSync(join(folder, 'public.pem'), publicKey)
    writeFileSync(join(folder, 'id'), `${crypto.randomUUID()}\n`)
  }
  return { ...keyPairIn(folder), made }
}

/** The keys of the simulator's account, made once and kept in `dataDir`: ingest reads with one, executor orders with the other. */
export const simulatorKeys = (dataDir) => ({
  key: keepKeyPair(join(dataDir, 'simulator-key')),
  writeKey: keepKeyPair(join(dataDir, 'simulator-write-key')),
})

/**
 * What executor is told where the simulator is the exchange: it orders where the others watch, wherever a key of
 * the user's belongs, and it has the key for that only with the broker that may go there.
 */
export const executorAtSimulator = (env, { apiUrl, writeKey }) => ({
  KALSHI_API_URL: apiUrl,
  ...(env.TRADING_BROKER?.trim() === 'demo' && {
    EXECUTOR_KALSHI_API_KEY_ID: writeKey.keyId,
    EXECUTOR_KALSHI_PRIVATE_KEY_PATH: writeKey.privateKeyPath,
  }),
})
