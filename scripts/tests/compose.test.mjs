import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { containerEnv, ownNetworks, places, simulatorIdles } from '../../deploy/container-env.mjs'
import { setUp } from '../../deploy/setup.mjs'
import { onPath } from '../lib/on-path.mjs'
import { opsOffsets } from '../lib/plan.mjs'

const root = join(import.meta.dirname, '../..')
const text = (path) => readFileSync(join(root, path), 'utf8')
const compose = parse(text('docker-compose.yml'), { merge: true })
const { services } = compose
const folders = readdirSync(join(root, 'services')).filter((name) =>
  existsSync(join(root, 'services', name, 'package.json')),
)
const processes = Object.entries(services).filter(([, { image }]) => image.startsWith('whalecast:'))
const running = processes.filter(([name]) => name !== 'setup')
/** The table of settings, out of its source: name → who reads it. These tests run before anything is built. */
const readers = new Map(
  readdirSync(join(root, 'packages/runtime/src'))
    .filter((name) => name.endsWith('settings.ts'))
    .map((name) => text(`packages/runtime/src/${name}`))
    .flatMap((source) => {
      const ofFile = /^const usedBy = \[(.*)\] as const$/m.exec(source)?.[1]
      const one = /^ {2}([A-Z][A-Z0-9_]*): setting\(\{(.*?)^ {2}\}\)/gms
      return [...source.matchAll(one)].map(([, name, body]) => {
        const list = /usedBy: everyService/.test(body)
          ? "'every service'"
          : (/usedBy: \[(.*?)\]/s.exec(body)?.[1] ?? ofFile)
        return [name, [...list.matchAll(/'([^']+)'/g)].map((match) => match[1])]
      })
    }),
)
const nameOf = (entry) => entry.split('=')[0]

test('what compose 1.29 does not know stands nowhere in the file', () => {
  for (const key of ['name', 'include', 'version']) assert.ok(!(key in compose), key)
  for (const [name, service] of Object.entries(services))
    for (const key of ['develop', 'container_name']) assert.ok(!(key in service), `${name}: ${key}`)
})

test('every service of the project runs in a container that is watched, started again and keeps its log short', () => {
  for (const name of [...folders, 'exchange-sim']) {
    assert.ok(services[name], `${name} is missing`)
    assert.deepEqual(services[name].command, [name])
    assert.deepEqual(services[name].healthcheck.test, ['CMD', 'node', 'deploy/healthy.mjs'])
  }
  for (const [name, service] of Object.entries(services)) {
    assert.ok(service.healthcheck, `${name} has no health check`)
    assert.ok(service.logging.options['max-size'], `${name} logs without end`)
    assert.equal(service.restart, name === 'setup' ? 'no' : 'unless-stopped', name)
  }
})

test('only the proxy is published, and on 127.0.0.1', () => {
  const published = Object.entries(services).filter(([, { ports }]) => ports)
  assert.deepEqual(
    published.map(([name]) => name),
    ['proxy'],
  )
  for (const port of services.proxy.ports) assert.match(port, /^127\.0\.0\.1:/)
  const asked = parse(text('deploy/prometheus-port.yml'))
  assert.deepEqual(Object.keys(asked.services), ['prometheus'])
  for (const port of asked.services.prometheus.ports) assert.match(port, /^127\.0\.0\.1:/)
})

test('only what must leave has a way out', () => {
  assert.equal(compose.networks.inside.internal, true)
  const outside = Object.entries(services).filter(([, { networks }]) => networks.includes('outside'))
  assert.deepEqual(outside.map(([name]) => name).toSorted(), ['executor', 'ingest', 'proxy'])
})

test('every variable is a known setting', () => {
  assert.ok(readers.size > 30)
  for (const [name, { environment = [] }] of processes) {
    // Until a service is there, nobody can know its settings.
    if (name !== 'exchange-sim' && !folders.includes(name)) continue
    for (const entry of environment) assert.ok(readers.has(nameOf(entry)), `${name}: ${entry}`)
  }
})

/** Settled by the image, the entry of the container or the mounts; or of no use in a container. */
const settled =
  /^(WHALECAST_(OPS_|HTTP_|DATA_DIR|CONSOLE_DIR|TOKENS_FILE|JWT_SECRET_FILE|JWKS_FILE|TRUSTED_PROXIES)|SIM_(HOST|PORT|REPLAY_|.*KEY)|(EXECUTOR_)?KALSHI_PRIVATE_KEY_PATH)/

test('every setting that a process reads is passed on to it', () => {
  for (const [name, used] of readers) {
    if (settled.test(name)) continue
    for (const [process, { environment }] of running) {
      const reads = used.some(
        (reader) =>
          reader === process ||
          (reader === 'every service' && process !== 'exchange-sim') ||
          (reader === 'the simulator' && process === 'exchange-sim'),
      )
      if (reads) assert.ok(environment.map(nameOf).includes(name), `docker-compose.yml, ${process}: ${name}`)
    }
  }
})

test('the table of settings names every service that reads a setting', () => {
  for (const folder of folders) {
    const config = text(`services/${folder}/src/config.ts`)
    const names = /readSettings\(env, \[(.*?)\]\)/s.exec(config)[1].match(/[A-Z][A-Z0-9_]+/g)
    assert.ok(names.length > 1, folder)
    for (const name of names) {
      const used = readers.get(name)
      assert.ok(used.includes(folder) || used.includes('every service'), `${name} is read by ${folder}`)
    }
  }
})

test('the write key reaches the executor alone, the read key ingest alone', () => {
  for (const [name, service] of Object.entries(services)) {
    const shown = JSON.stringify([service.environment, service.volumes])
    if (name !== 'executor') assert.ok(!shown.includes('EXECUTOR_'), name)
    // The simulator needs the public half, and setup makes both.
    if (!['executor', 'exchange-sim', 'setup'].includes(name)) assert.ok(!shown.includes('write-key'), name)
    if (name !== 'ingest') assert.ok(!shown.includes('{KALSHI_PRIVATE_KEY_PATH'), name)
  }
})

test('the admin token itself is mounted where it is made and nowhere else', () => {
  const has = (volume) =>
    Object.entries(services)
      .filter(([, { volumes = [] }]) => JSON.stringify(volumes).includes(`"${volume}:`))
      .map(([name]) => name)
  assert.deepEqual(has('admin'), ['setup'])
  assert.deepEqual(has('access'), ['setup', 'ws-broadcast'])
})

test('a start waits for conditions that both compose versions know', () => {
  const known = new Set(['service_healthy', 'service_completed_successfully'])
  for (const [name, { depends_on: before = {} }] of Object.entries(services))
    for (const [other, { condition }] of Object.entries(before)) {
      assert.ok(services[other], `${name} waits for ${other}`)
      assert.ok(known.has(condition), `${name}: ${condition}`)
    }
})

test('Prometheus finds every replica of every process', () => {
  const { scrape_configs: jobs } = parse(text('deploy/prometheus.yml'))
  const portOf = (name) => jobs.find(({ job_name: job }) => job === name)?.dns_sd_configs[0]
  for (const [name] of running) {
    const found = portOf(name)
    assert.deepEqual(found?.names, [name], name)
    assert.equal(found.type, 'A')
    assert.equal(found.port, 9100 + opsOffsets[name], name)
  }
})

test('ops ports are those at which the services listen, and the proxy checks the right one', () => {
  const table = /opsPortOffsets = \{(.*?)\}/s.exec(text('packages/runtime/src/service-context.ts'))[1]
  const listening = [...table.matchAll(/'?([a-z-]+)'?: (\d+)/g)].map(([, name, offset]) => [name, +offset])
  assert.deepEqual({ 'exchange-sim': 0, ...Object.fromEntries(listening) }, opsOffsets)
  const checked = [...text('deploy/haproxy.cfg').matchAll(/check port (\d+)/g)].map(([, port]) =>
    Number(port),
  )
  assert.ok(checked.length > 0)
  for (const port of checked) assert.equal(port, 9100 + opsOffsets['ws-broadcast'])
})

const promtool = onPath('promtool')
test('promtool accepts the scrape configuration', { skip: !promtool && 'no promtool on the PATH' }, () => {
  const { status, stdout, stderr } = spawnSync(
    promtool,
    ['check', 'config', join(root, 'deploy/prometheus.yml')],
    { encoding: 'utf8' },
  )
  assert.equal(status, 0, stdout + stderr)
})

const haproxy = onPath('haproxy')
test('haproxy accepts its configuration', { skip: !haproxy && 'no haproxy on the PATH' }, () => {
  const { status, stderr } = spawnSync(haproxy, ['-c', '-f', join(root, 'deploy/haproxy.cfg')], {
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
})

/** A container's places in a folder of this test. */
function placesIn(t) {
  const dir = mkdtempSync(join(tmpdir(), 'whalecast-compose-'))
  t.after(() => rmSync(dir, { recursive: true }))
  for (const name of ['access', 'admin']) mkdirSync(join(dir, name))
  return {
    simulatorKey: join(dir, 'simulator-key'),
    simulatorWriteKey: join(dir, 'simulator-write-key'),
    tokensFile: join(dir, 'access/tokens'),
    adminToken: join(dir, 'admin/token'),
    exchangeKey: join(dir, 'exchange-key.pem'),
    writeKey: join(dir, 'write-key.pem'),
  }
}

test('the first start makes key and token, the next one keeps them, and the token is never said', (t) => {
  const at = placesIn(t)
  const said = []
  setUp(at, (line) => said.push(line))
  const token = readFileSync(at.adminToken, 'utf8').trim()
  const tokens = readFileSync(at.tokensFile, 'utf8')
  assert.ok(token.length >= 43)
  assert.match(tokens, /^admin:[0-9a-f]{64}:market\+account\+admin\n$/)
  assert.ok(!tokens.includes(token))
  assert.ok(!said.join('\n').includes(token))
  assert.ok(said.join('\n').includes(at.adminToken))
  setUp(at, () => {})
  assert.equal(readFileSync(at.adminToken, 'utf8').trim(), token)
  assert.equal(readFileSync(at.tokensFile, 'utf8'), tokens)
})

test('ingest talks to the simulator without a key, to the exchange with one, and to nobody with half', (t) => {
  const at = placesIn(t)
  setUp(at, () => {})
  writeFileSync(at.exchangeKey, '')
  const simulated = containerEnv('ingest', {}, at)
  assert.match(simulated.KALSHI_WS_URL, /^ws:\/\/exchange-sim:/)
  const sim = containerEnv('exchange-sim', {}, at)
  assert.equal(sim.SIM_KEY_ID, simulated.KALSHI_API_KEY_ID)
  assert.ok(simulated.KALSHI_WS_URL.includes(`:${sim.SIM_PORT}/`))
  assert.throws(() => containerEnv('ingest', { KALSHI_API_KEY_ID: 'mine' }, at), /KALSHI_PRIVATE_KEY_PATH/)
  writeFileSync(at.exchangeKey, 'a key')
  assert.throws(() => containerEnv('ingest', {}, at), /KALSHI_API_KEY_ID/)
  const real = containerEnv('ingest', { KALSHI_API_KEY_ID: 'mine' }, at)
  assert.equal(real.KALSHI_PRIVATE_KEY_PATH, at.exchangeKey)
  assert.equal(real.KALSHI_WS_URL, undefined)
  assert.ok(simulatorIdles({ KALSHI_API_KEY_ID: 'mine' }))
  assert.ok(!simulatorIdles({ KALSHI_API_KEY_ID: ' ' }))
})

test('executor orders where ingest looks, and has the simulator’s key with the broker demo alone', (t) => {
  const at = placesIn(t)
  setUp(at, () => {})
  writeFileSync(at.writeKey, '')
  const trading = { TRADING_STRATEGY: 'whale_follower', EXECUTOR_KALSHI_API_KEY_ID: 'mine' }
  const paper = containerEnv('executor', { TRADING_STRATEGY: 'whale_follower' }, at)
  assert.equal(paper.EXECUTOR_KALSHI_API_KEY_ID, undefined)
  const demo = containerEnv('executor', { ...trading, TRADING_BROKER: 'demo' }, at)
  assert.equal(demo.KALSHI_API_URL, containerEnv('ingest', {}, at).KALSHI_API_URL)
  assert.equal(demo.TRADING_STRATEGY, 'whale_follower')
  const sim = containerEnv('exchange-sim', {}, at)
  assert.equal(demo.EXECUTOR_KALSHI_API_KEY_ID, sim.SIM_WRITE_KEY_ID)
  const half = createPublicKey(readFileSync(demo.EXECUTOR_KALSHI_PRIVATE_KEY_PATH))
  assert.ok(half.equals(createPublicKey(readFileSync(sim.SIM_WRITE_PUBLIC_KEY_PATH))))
  writeFileSync(at.writeKey, 'a key')
  const real = containerEnv('executor', { ...trading, TRADING_BROKER: 'demo', KALSHI_API_KEY_ID: 'r' }, at)
  assert.equal(real.EXECUTOR_KALSHI_API_KEY_ID, 'mine')
  assert.equal(real.EXECUTOR_KALSHI_PRIVATE_KEY_PATH, at.writeKey)
  assert.equal(real.KALSHI_API_URL, undefined)
  assert.equal(real.KALSHI_API_KEY_ID, undefined)
})

test('what the container expects is what compose mounts', () => {
  const targets = running.flatMap(([, { volumes = [] }]) =>
    volumes.map((volume) => (typeof volume === 'string' ? volume.split(':')[1] : volume.target)),
  )
  for (const place of [places.simulatorKey, places.simulatorWriteKey, places.exchangeKey, places.writeKey])
    assert.ok(targets.includes(place), place)
  assert.ok(targets.some((target) => places.tokensFile.startsWith(`${target}/`)))
  assert.equal(text('deploy/no-exchange-key'), '')
})

test('ws-broadcast believes our proxy, which shares its network, about who a client is; nobody else', () => {
  const interfaces = {
    lo: [{ internal: true, cidr: '127.0.0.1/8' }],
    eth0: [
      { internal: false, cidr: '172.20.0.3/16' },
      { internal: false, cidr: 'fe80::42:acff:fe14:3/64' },
      { internal: false, cidr: null },
    ],
    eth1: undefined,
  }
  assert.deepEqual(ownNetworks(interfaces), ['172.20.0.3/16'])
  const env = containerEnv('ws-broadcast', {}, { ...places, tokenKeys: '/nowhere' }, ownNetworks(interfaces))
  assert.equal(env.WHALECAST_TRUSTED_PROXIES, '172.20.0.3/16')
  assert.deepEqual(services.proxy.networks, ['inside', 'outside'])
  const rules = text('deploy/haproxy.cfg')
  assert.match(rules, /add-header X-Forwarded-For %\[src\] unless private/)
  assert.doesNotMatch(rules, /set-header X-Forwarded-For|option forwardfor/)
})
