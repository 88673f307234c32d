import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chooseExchange, simulatorKey } from '../lib/exchange.mjs'

const here = fileURLToPath(import.meta.url)

test('without credentials and endpoints the simulator is the exchange', () => {
  assert.equal(chooseExchange({ KALSHI_WS_URL: '', KALSHI_ENV: 'prod' }), 'simulator')
})

test('with credentials the exchange is real', () => {
  assert.equal(chooseExchange({ KALSHI_API_KEY_ID: 'a', KALSHI_PRIVATE_KEY_PATH: here }), 'live')
})

const bad = [
  [{ KALSHI_API_KEY_ID: 'a' }, /KALSHI_PRIVATE_KEY_PATH is not/],
  [{ KALSHI_PRIVATE_KEY_PATH: here }, /KALSHI_API_KEY_ID is not/],
  [{ KALSHI_API_KEY_ID: 'a', KALSHI_PRIVATE_KEY_PATH: '/none' }, /cannot read \/none \(ENOENT\)/],
  [{ KALSHI_WS_URL: 'ws://x' }, /KALSHI_WS_URL is set.*KALSHI_API_KEY_ID and KALSHI_PRIVATE_KEY_PATH/],
  [{ KALSHI_WS_URL: 'ws://x', KALSHI_API_URL: 'http://x' }, /KALSHI_WS_URL and KALSHI_API_URL are set/],
]
for (const [env, message] of bad)
  test(`${Object.keys(env).join(', ')}: refused`, () => assert.throws(() => chooseExchange(env), message))

test('the key for the simulator is made once, its halves match, and only its owner can read it', () => {
  const dir = mkdtempSync(join(tmpdir(), 'whalecast-test-'))
  try {
    const key = simulatorKey(dir)
    const fromPrivate = createPublicKey(createPrivateKey(readFileSync(key.privateKeyPath)))
    assert.ok(fromPrivate.equals(createPublicKey(readFileSync(key.publicKeyPath))))
    assert.equal(statSync(key.privateKeyPath).mode & 0o777, 0o600)
    assert.equal(simulatorKey(dir).keyId, key.keyId)
    assert.equal(simulatorKey(dir).made, false)
  } finally {
    rmSync(dir, { recursive: true })
  }
})
