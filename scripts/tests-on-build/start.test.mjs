// `npm start` itself, on the built workspace, with real processes.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../start.mjs', import.meta.url))
const services = ['ingest', 'whale-tracker', 'status-reporter', 'health-monitor', 'ws-broadcast']
let dataDir
let started

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'whalecast-test-'))
  started = []
})
afterEach(async () => {
  for (const { child, mayOrder } of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    try {
      if (!mayOrder && runFile()?.ready) await nothingOrdered()
    } finally {
      child.kill('SIGTERM')
      await once(child, 'exit')
    }
  }
  rmSync(dataDir, { recursive: true, force: true })
})

function start(env = {}) {
  const child = spawn(process.execPath, [script, '--prebuilt', '--no-env-file'], {
    env: {
      PATH: process.env.PATH,
      WHALECAST_DATA_DIR: dataDir,
      WHALECAST_HTTP_PORT: '0',
      WHALECAST_OPS_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const run = { child, output: '', mayOrder: env.TRADING_STRATEGY !== undefined }
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (run.output += chunk))
  run.ended = once(child, 'close').then(([code]) => code)
  started.push(run)
  return run
}

async function until(condition, timeoutMs = 30_000, run = started.at(-1)) {
  for (const end = Date.now() + timeoutMs; ; await wait(25)) {
    const answer = await condition()
    if (answer) return answer
    assert.ok(Date.now() < end, `not within ${timeoutMs} ms: ${condition}\n${run.output.slice(-3_000)}`)
  }
}

const runFile = () => {
  const file = join(dataDir, 'run.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined
}
const ready = () => until(() => runFile()?.ready && runFile())
const named = (name) => runFile().processes.find((one) => one.name === name)
/** What the simulator itself was asked to order since it started: to be read before it ends. */
const orderLog = () =>
  fetch(`${named('exchange-sim').opsUrl}/admin/orders`).then((response) => response.json())
const nothingOrdered = async () => {
  const { received, orders } = await orderLog()
  assert.equal(received, 0, `ordered without a strategy: ${JSON.stringify(orders)}`)
}
const isAlive = (pid) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const alive = ({ processes }) => processes.filter(({ pid }) => pid && isAlive(pid)).map(({ name }) => name)
const isReady = async ({ opsUrl }) => (await fetch(`${opsUrl}/readyz`).catch(() => ({ ok: false }))).ok
const back = (name, before) =>
  until(async () => named(name).pid && named(name).pid !== before.pid && (await isReady(named(name))))

describe('npm start', { timeout: 180_000 }, () => {
  test('runs everything until it is told to stop, and leaves no process and no file but its data', async () => {
    const run = start()
    const { url, processes } = await ready()
    assert.deepEqual(
      processes.map(({ name }) => name).toSorted(),
      ['exchange-sim', 'redis', ...services].toSorted(),
    )
    assert.equal((await fetch(url)).status, 200)
    assert.match(run.output, new RegExp(`ready after [\\d.]+ s: ${url}\n`))
    for (const one of processes.filter(({ opsUrl }) => opsUrl)) assert.ok(await isReady(one), one.name)
    await nothingOrdered()
    run.child.kill('SIGTERM')
    assert.equal(await run.ended, 0)
    assert.deepEqual(alive({ processes }), [])
    assert.deepEqual(readdirSync(dataDir).toSorted(), ['redis', 'simulator-key', 'simulator-write-key'])
  })

  test('starts what crashed again, Redis with its data, and leaves the others alone', async () => {
    start()
    await ready()
    for (const name of ['whale-tracker', 'exchange-sim']) {
      const before = named(name)
      await nothingOrdered()
      process.kill(before.pid, 'SIGKILL')
      await back(name, before)
      assert.equal(named(name).restarts, 1)
    }
    const redis = named('redis')
    process.kill(redis.pid, 'SIGKILL')
    await until(() => named('redis').pid && named('redis').pid !== redis.pid)
    await until(() => isReady(named('ingest')))
    for (const name of ['ingest', 'status-reporter', 'health-monitor', 'ws-broadcast'])
      assert.equal(named(name).restarts, 0, name)
  })

  test('a strategy with the broker demo orders at the simulator, with the key made for that', async () => {
    start({
      TRADING_STRATEGY: 'whale_follower',
      TRADING_BROKER: 'demo',
      WHALE_MAX_PRICE_MOVE_CENTS: '99',
      WHALE_MAX_SPREAD_CENTS: '99',
      SIM_FIRST_WHALE_MS: '100',
    })
    await ready()
    const { orders } = await until(async () => {
      const log = await orderLog()
      return log.received > 0 && log
    })
    const keyId = readFileSync(join(dataDir, 'simulator-write-key/id'), 'utf8').trim()
    for (const { key_id: id, accepted, action } of orders)
      assert.deepEqual([id, accepted, action], [keyId, true, 'create'])
  })

  test('ends at once on a second signal, also what does not listen', async () => {
    const run = start()
    const { processes } = await ready()
    await nothingOrdered()
    process.kill(named('ws-broadcast').pid, 'SIGSTOP')
    run.child.kill('SIGINT')
    await until(() => run.output.includes('stopping (SIGINT)'))
    // npm repeats what the terminal sent: an echo is not a second wish.
    run.child.kill('SIGINT')
    await wait(500)
    assert.equal(run.child.exitCode, null)
    const at = Date.now()
    run.child.kill('SIGINT')
    assert.equal(await run.ended, 1)
    assert.ok(Date.now() - at < 1_000)
    await until(() => alive({ processes }).length === 0)
    assert.equal(runFile(), undefined)
  })

  test('refuses to run twice on the same data', async () => {
    const first = start()
    const { url } = await ready()
    const second = start()
    assert.equal(await second.ended, 1)
    assert.match(second.output, new RegExp(`already running on this data directory: ${url}`))
    assert.equal(first.child.exitCode, null)
    assert.equal(alive(runFile()).length, services.length + 2)
  })

  test('killed without a chance, leaves only Redis, which the next start ends', async () => {
    const first = start()
    const { processes } = await ready()
    await nothingOrdered()
    first.child.kill('SIGKILL')
    await until(() => alive({ processes }).join() === 'redis')
    const second = start()
    await until(() => second.output.includes('ready after'))
    assert.match(second.output, /ending redis \(process \d+\), left by an earlier run/)
    assert.deepEqual(alive({ processes }), [])
  })
})

describe('npm start refuses with one clear message', { timeout: 180_000 }, () => {
  const refuses = async (env, ...patterns) => {
    const run = start(env)
    assert.equal(await run.ended, 1)
    for (const pattern of patterns) assert.match(run.output, pattern)
    assert.doesNotMatch(run.output, /\n\s+at /, 'a stack is no clear message')
    assert.equal(runFile(), undefined)
  }

  test('a console port in use', async () => {
    const taken = createServer()
    await new Promise((resolve) => taken.listen(0, '127.0.0.1', resolve))
    const { port } = taken.address()
    try {
      await refuses(
        { WHALECAST_HTTP_PORT: String(port) },
        new RegExp(`port ${port} on 127\\.0\\.0\\.1.*in use.*WHALECAST_HTTP_PORT`),
      )
      await refuses(
        { WHALECAST_OPS_PORT: String(port - 2) },
        new RegExp(`port ${port} .*ops endpoint of whale-tracker.*in use.*WHALECAST_OPS_PORT`),
      )
    } finally {
      taken.close()
    }
  })

  test('bad and unknown settings, all of them at once', () =>
    refuses(
      { WHALE_QUEUE_SIZE: 'ten', WHALECAST_HTTP_PROT: '1', SIM_RATE: '-1' },
      /WHALE_QUEUE_SIZE="ten"/,
      /SIM_RATE/,
      /WHALECAST_HTTP_PROT: unknown; did you mean WHALECAST_HTTP_PORT/,
    ))

  test('endpoints of an exchange without credentials', () =>
    refuses({ KALSHI_WS_URL: 'ws://127.0.0.1:1/ws' }, /KALSHI_API_KEY_ID and KALSHI_PRIVATE_KEY_PATH/))

  test('a REDIS_URL that leads nowhere', () =>
    refuses(
      { REDIS_URL: 'redis://127.0.0.1:1' },
      /REDIS_URL leads to no Redis \(127\.0\.0\.1:1: ECONNREFUSED\)/,
    ))

  test('no Redis, and none to be had', () =>
    refuses(
      { PATH: '/nowhere' },
      /no Redis found.*Set REDIS_URL/,
      /apt-get install redis-server/,
      /brew install redis/,
    ))

  test('a broker whose API is away, and then nothing is left running', async () => {
    const keys = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
    const path = join(dataDir, 'key.pem')
    writeFileSync(path, keys)
    const refused = refuses(
      {
        TRADING_STRATEGY: 'whale_follower',
        TRADING_BROKER: 'demo',
        KALSHI_WS_URL: 'ws://127.0.0.1:1/trade-api/ws/v2',
        KALSHI_API_URL: 'http://127.0.0.1:1/trade-api/v2',
        KALSHI_API_KEY_ID: 'any',
        KALSHI_PRIVATE_KEY_PATH: path,
        EXECUTOR_KALSHI_API_KEY_ID: 'any',
        EXECUTOR_KALSHI_PRIVATE_KEY_PATH: path,
      },
      /executor cannot be started:\n.*the demo broker cannot order at http:\/\/127\.0\.0\.1:1/,
    )
    const restarts = () => runFile()?.processes.find(({ name }) => name === 'executor')?.restarts
    const { processes } = await until(() => restarts() >= 2 && runFile())
    assert.ok(alive({ processes }).includes('ws-broadcast'))
    await refused
    assert.deepEqual(alive({ processes }), [])
  })

  test('an address that is not of this machine', () =>
    refuses(
      { WHALECAST_HTTP_HOST: '192.0.2.1' },
      /set WHALECAST_HTTP_HOST to an address of this machine|cannot listen on 192\.0\.2\.1/,
    ))
})
