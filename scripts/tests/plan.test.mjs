import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planProcesses } from '../lib/plan.mjs'

const where = {
  root: '/project',
  redisUrl: 'redis://127.0.0.1:7000',
  dataDir: '/data',
  opsHost: '127.0.0.1',
  opsPort: 9100,
  httpPort: 8080,
}
const key = { keyId: 'sim-key', privateKeyPath: '/data/private.pem', publicKeyPath: '/data/public.pem' }
const writeKey = { keyId: 'sim-write', privateKeyPath: '/data/w.pem', publicKeyPath: '/data/w-public.pem' }
const simulator = { port: 7001, key, writeKey }
const secrets = {
  PATH: '/bin',
  EXECUTOR_KALSHI_API_KEY_ID: 'write',
  EXECUTOR_KALSHI_PRIVATE_KEY_PATH: '/write.pem',
  KALSHI_API_KEY_ID: 'read',
  KALSHI_PRIVATE_KEY_PATH: '/read.pem',
}
const named = (plan, name) => plan.find((one) => one.name === name)

test('every service is planned, the simulator only when it is the exchange', () => {
  const services = ['ingest', 'whale-tracker', 'status-reporter', 'health-monitor', 'ws-broadcast']
  assert.deepEqual(
    planProcesses({}, where).map(({ name }) => name),
    services,
  )
  assert.deepEqual(
    planProcesses({}, { ...where, simulator }).map(({ name }) => name),
    ['exchange-sim', ...services],
  )
})

test('the write key reaches no process while nothing trades, the read key ingest alone', () => {
  const plan = planProcesses(secrets, where)
  for (const { name, env } of plan) {
    assert.ok(!JSON.stringify(env).includes('write'), name)
    assert.equal(env.KALSHI_API_KEY_ID, name === 'ingest' ? 'read' : undefined, name)
    assert.equal(env.PATH, '/bin')
  }
})

test('with a strategy executor runs as well, and it alone gets the write key, and not the read key', () => {
  for (const strategy of [undefined, '', ' ', 'hold', 'hold '])
    assert.equal(named(planProcesses({ TRADING_STRATEGY: strategy }, where), 'executor'), undefined)
  const plan = planProcesses({ ...secrets, TRADING_STRATEGY: 'whale_follower', SIM_RATE: '5' }, where)
  const executor = named(plan, 'executor')
  assert.equal(executor.env.EXECUTOR_KALSHI_API_KEY_ID, 'write')
  assert.equal(executor.env.EXECUTOR_KALSHI_PRIVATE_KEY_PATH, '/write.pem')
  assert.equal(executor.env.KALSHI_API_KEY_ID, undefined)
  assert.equal(executor.env.KALSHI_API_URL, undefined)
  assert.equal(executor.env.SIM_RATE, undefined)
  assert.equal(Number(new URL(executor.opsUrl).port), 9106)
  for (const { name, env } of plan)
    if (name !== 'executor') assert.ok(!JSON.stringify(env).includes('write'), name)
})

test('with the simulator, executor orders there', () => {
  const plan = planProcesses({ TRADING_STRATEGY: 'paper_test' }, { ...where, simulator })
  const { env } = named(plan, 'executor')
  assert.equal(env.KALSHI_API_URL, 'http://127.0.0.1:7001/trade-api/v2')
  assert.equal(env.EXECUTOR_KALSHI_API_KEY_ID, undefined)
})

test('with the simulator and the broker demo, executor alone has the key that may order there', () => {
  const env = { ...secrets, TRADING_STRATEGY: 'whale_follower', TRADING_BROKER: 'demo' }
  const plan = planProcesses(env, { ...where, simulator })
  const executor = named(plan, 'executor').env
  assert.equal(executor.EXECUTOR_KALSHI_API_KEY_ID, 'sim-write')
  assert.equal(executor.EXECUTOR_KALSHI_PRIVATE_KEY_PATH, '/data/w.pem')
  const sim = named(plan, 'exchange-sim').env
  assert.equal(sim.SIM_WRITE_KEY_ID, 'sim-write')
  assert.equal(sim.SIM_WRITE_PUBLIC_KEY_PATH, '/data/w-public.pem')
  for (const { name, env: its } of plan)
    if (name !== 'executor') assert.ok(!JSON.stringify(its).includes('/data/w.pem'), name)
})

test('with the simulator, ingest dials it with its key', () => {
  const plan = planProcesses({ SIM_RATE: '5' }, { ...where, simulator })
  const { env } = named(plan, 'ingest')
  assert.equal(env.KALSHI_WS_URL, 'ws://127.0.0.1:7001/trade-api/ws/v2')
  assert.equal(env.KALSHI_API_KEY_ID, 'sim-key')
  assert.equal(env.KALSHI_PRIVATE_KEY_PATH, '/data/private.pem')
  const sim = named(plan, 'exchange-sim').env
  assert.equal(sim.SIM_PORT, '7001')
  assert.equal(sim.SIM_KEY_ID, 'sim-key')
  assert.equal(sim.SIM_RATE, '5')
  assert.equal(named(plan, 'whale-tracker').env.SIM_RATE, undefined)
})

test('ops endpoints lie at the offsets that the design gives them', () => {
  const ports = planProcesses({}, { ...where, simulator }).map(({ opsUrl }) => Number(new URL(opsUrl).port))
  assert.deepEqual(ports, [9100, 9101, 9102, 9103, 9104, 9105])
})

test('the secret that tokens are signed with reaches ws-broadcast alone', () => {
  const plan = planProcesses(
    { ...secrets, WHALECAST_JWT_SECRET: 's', TRADING_STRATEGY: 'paper_test' },
    { ...where, simulator },
  )
  for (const { name, env } of plan)
    assert.equal(env.WHALECAST_JWT_SECRET, name === 'ws-broadcast' ? 's' : undefined, name)
})
