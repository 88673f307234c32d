// Makes, at the first start, what may not lie in an image: the simulator's key pairs and the admin token.
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { simulatorKeys } from '../scripts/lib/exchange.mjs'

/** Whole or not at all: a start that is cut off leaves no half of a file. */
function writeWhole(path, content) {
  writeFileSync(`${path}.draft`, content, { mode: 0o600 })
  renameSync(`${path}.draft`, path)
}

/**
 * Idempotent. The token itself lies apart from its hash, in a place that no service mounts; it is told where,
 * never what. Deleting the token makes a new one at the next start, and the old one worthless.
 */
export function setUp(places, say) {
  const { key, writeKey } = simulatorKeys(dirname(places.simulatorKey))
  say(key.made || writeKey.made ? 'made key pairs for the simulator' : 'the simulator has its key pairs')
  if (!existsSync(places.adminToken))
    writeWhole(places.adminToken, `${randomBytes(32).toString('base64url')}\n`)
  const token = readFileSync(places.adminToken, 'utf8').trim()
  const hash = createHash('sha256').update(token).digest('hex')
  writeWhole(places.tokensFile, `admin:${hash}:market+account+admin\n`)
  say(
    `the admin token lies in ${places.adminToken} of the volume "admin"; "docker compose run --rm setup token" shows it`,
  )
}
