import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chooseExchange, executorAtSimulator, simulatorKeys } from '../lib/exchange.mjs'

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

test('the keys for the simulator are two, made once, their halves match, and only their owner can read them', () => {
  const dir = mkdtempSync(join(tmpdir(), 'whalecast-test-'))
  try {
    const { key, writeKey } = simulatorKeys(dir)
    for (const { privateKeyPath, publicKeyPath, made } of [key, writeKey]) {
      const fromPrivate = createPublicKey(createPrivateKey(readFileSync(privateKeyPath)))
      assert.ok(fromPrivate.equals(createPublicKey(readFileSync(publicKeyPath))))
      assert.equal(statSync(privateKeyPath).mode & 0o777, 0o600)
      assert.equal(made, true)
    }
    assert.notEqual(key.keyId, writeKey.keyId)
    const again = simulatorKeys(dir)
    assert.deepEqual(again, { key: { ...key, made: false }, writeKey: { ...writeKey, made: false } })
  } finally {
    rmSync(dir, { recursive: true })
  }
})

const simulator = { apiUrl: 'http://127.0.0.1:7001', writeKey: { keyId: 'w', privateKeyPath: '/w.pem' } }
for (const TRADING_BROKER of [undefined, '', 'paper', 'live'])
  test(`the broker ${TRADING_BROKER} gets no key for the simulator`, () => {
    assert.deepEqual(executorAtSimulator({ TRADING_BROKER }, simulator), { KALSHI_API_URL: simulator.apiUrl })
  })

test('the broker demo orders at the simulator, with the key made for it', () => {
  const told = executorAtSimulator({ TRADING_BROKER: 'demo ' }, simulator)
  assert.equal(told.KALSHI_API_URL, simulator.apiUrl)
  assert.equal(told.EXECUTOR_KALSHI_API_KEY_ID, 'w')
  assert.equal(told.EXECUTOR_KALSHI_PRIVATE_KEY_PATH, '/w.pem')
})
