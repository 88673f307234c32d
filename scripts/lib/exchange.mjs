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

/** The key with which ingest signs for the simulator: made once, kept in the data directory. */
export function simulatorKey(dataDir) {
  const folder = join(dataDir, 'simulator-key')
  const privateKeyPath = join(folder, 'private.pem')
  const publicKeyPath = join(folder, 'public.pem')
  const idPath = join(folder, 'id')
  const made = ![privateKeyPath, publicKeyPath, idPath].every((path) => existsSync(path))
  if (made) {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(privateKeyPath, privateKey, { mode: 0o600 })
    writeFileSync(publicKeyPath, publicKey)
    writeFileSync(idPath, `${crypto.randomUUID()}\n`)
  }
  return { keyId: readFileSync(idPath, 'utf8').trim(), privateKeyPath, publicKeyPath, made }
}
