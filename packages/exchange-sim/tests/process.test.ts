import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { authHeaders } from './exchange-client.ts'

const packageRoot = fileURLToPath(new URL('..', import.meta.url))
// Inside the package, so that the built files find their dependencies.
const built = join(packageRoot, '.results/process-test')
const directory = mkdtempSync(join(tmpdir(), 'exchange-sim-'))

type Line = Record<string, unknown>

/** The simulator as a process of its own, with free ports and nothing else from this environment. */
class Simulator implements AsyncDisposable {
  readonly process: ChildProcess
  readonly lines: AsyncIterator<string>

  constructor(env: Record<string, string>) {
    this.process = spawn(process.execPath, [join(built, 'main.js')], {
      env: { WHALECAST_OPS_PORT: '0', SIM_RATE: '0', SIM_MARKETS: '8', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const { stdout } = this.process
    if (!stdout) throw new TypeError('no output to read')
    this.lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  }

  async line(): Promise<Line> {
    const { value } = await this.lines.next()
    return JSON.parse(String(value))
  }

  async exit(): Promise<number | null> {
    const { exitCode, signalCode } = this.process
    if (exitCode === null && signalCode === null) await once(this.process, 'exit')
    return this.process.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill('SIGKILL')
    await this.exit()
  }
}

async function post(url: string, body: object, headers = {}): Promise<{ status: number; body: Line }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: JSON.parse(await response.text()) }
}

beforeAll(() => {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc')
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', built], {
    cwd: packageRoot,
  })
})

afterAll(() => {
  rmSync(built, { recursive: true, force: true })
  rmSync(directory, { recursive: true, force: true })
})

describe('the simulator as a process', () => {
  test('says where it listens, answers on its ops port, trades on request, and stops cleanly', async () => {
    await using simulator = new Simulator({ SIM_PRIVATE_KEY_PATH: join(directory, 'key.pem') })
    const first = await simulator.line()
    expect(first).toEqual({
      level: 'info',
      message: 'exchange simulator listening',
      timestamp: expect.any(String),
      service: 'exchange-sim',
      ws_url: expect.stringMatching(/^ws:\/\/127\.0\.0\.1:\d+\/trade-api\/ws\/v2$/),
      api_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/trade-api\/v2$/),
      ops_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      key_id: expect.any(String),
    })
    expect(await simulator.line()).toMatchObject({ message: 'private key written' })
    const api = String(first['api_url'])
    const ops = String(first['ops_url'])
    const key = {
      keyId: String(first['key_id']),
      privateKeyPem: readFileSync(join(directory, 'key.pem'), 'utf8'),
    }
    expect(statSync(join(directory, 'key.pem')).mode & 0o777).toBe(0o600)
    const headers = authHeaders(key, { path: '/trade-api/v2/exchange/status' })
    expect((await fetch(`${api}/exchange/status`, { headers })).status).toBe(200)

    expect((await fetch(`${ops}/healthz`)).status).toBe(200)
    expect((await fetch(`${ops}/readyz`)).status).toBe(200)
    const { markets } = JSON.parse(await (await fetch(`${api}/markets?limit=1`)).text())
    const order = { market: markets[0].ticker, side: 'yes', price: '0.37', count: '25000' }
    const printed = await post(`${ops}/admin/print`, order)
    expect(printed).toMatchObject({
      status: 200,
      body: { trade: { count_fp: '25000.00', yes_price_dollars: '0.3700' } },
    })
    const { trades } = JSON.parse(await (await fetch(`${api}/markets/trades`)).text())
    expect(trades).toEqual([printed.body['trade']])
    expect(await post(`${ops}/admin/place`, { ...order, price: '0.01' })).toMatchObject({
      status: 200,
      body: { trades: [] },
    })
    expect(await post(`${ops}/admin/print`, { ...order, price: '0.375' })).toMatchObject({ status: 409 })
    expect(await post(`${ops}/admin/print`, { ...order, side: 'up' })).toMatchObject({ status: 400 })
    expect(await post(`${ops}/admin/print`, order, { origin: 'http://evil.example' })).toMatchObject({
      status: 403,
    })
    expect(JSON.parse(await (await fetch(`${ops}/status`)).text())).toMatchObject({
      service: 'exchange-sim',
      trades: 1,
      markets: 8,
    })
    expect(await (await fetch(`${ops}/metrics`)).text()).toContain('\nwhalecast_sim_trades_total 1\n')

    simulator.process.kill('SIGTERM')
    expect(await simulator.line()).toMatchObject({
      message: 'exchange simulator stopping',
      signal: 'SIGTERM',
    })
    expect(await simulator.exit()).toBe(0)
  })

  test('takes orders of the second key only, shows what was ordered, and moves money on request', async () => {
    const identities = ['reader', 'trader'].map((keyId) => {
      const { publicKey, privateKey } = generateKeyPairSync('ed25519')
      const path = join(directory, `${keyId}.pem`)
      writeFileSync(path, publicKey.export({ type: 'spki', format: 'pem' }))
      return { path, keyId, privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
    })
    const [reader, trader] = identities
    if (!reader || !trader) throw new Error('no keys')
    await using simulator = new Simulator({
      SIM_PUBLIC_KEY_PATH: reader.path,
      SIM_KEY_ID: reader.keyId,
      SIM_WRITE_PUBLIC_KEY_PATH: trader.path,
      SIM_WRITE_KEY_ID: trader.keyId,
      SIM_BALANCE_CENTS: '2500',
    })
    const { api_url: api, ops_url: ops } = await simulator.line()
    const { markets } = JSON.parse(await (await fetch(`${String(api)}/markets?limit=1`)).text())
    const path = '/trade-api/v2/portfolio/events/orders'
    const order = {
      ticker: markets[0].ticker,
      side: 'bid',
      count: '10',
      price: '0.01',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'maker',
    }
    const place = (identity: typeof reader) =>
      post(`${String(api)}/portfolio/events/orders`, order, authHeaders(identity, { method: 'POST', path }))
    expect((await place(reader)).status).toBe(403)
    expect((await place(trader)).status).toBe(201)
    expect(JSON.parse(await (await fetch(`${String(ops)}/admin/orders`)).text())).toMatchObject({
      received: 2,
      accepted: 1,
      refused: 1,
      orders: [
        { key_id: 'reader', account: 'main', accepted: false, code: 'insufficient_scope' },
        { key_id: 'trader', account: 'main', accepted: true, ticker: order.ticker },
      ],
    })
    expect(JSON.parse(await (await fetch(`${String(ops)}/status`)).text())).toMatchObject({
      orders: { received: 2, accepted: 1, refused: 1 },
    })
    expect(await post(`${String(ops)}/admin/deposit`, { cents: 500 })).toMatchObject({
      status: 200,
      body: { account: 'main', deposits_micros: 30_000_000 },
    })
    expect((await post(`${String(ops)}/admin/deposit`, { cents: -2_991 })).status).toBe(409)
    expect((await post(`${String(ops)}/admin/deposit`, { cents: '5' })).status).toBe(400)
    expect(JSON.parse(await (await fetch(`${String(ops)}/admin/accounts`)).text())).toMatchObject({
      accounts: [{ account: 'main', cash_micros: 30_000_000, resting_orders: 1 }],
    })
    expect(await (await fetch(`${String(ops)}/metrics`)).text()).toContain(
      '\nwhalecast_sim_order_requests_total{outcome="accepted"} 1\n',
    )
  })

  test('accepts the public key it is given', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const path = join(directory, 'public.pem')
    writeFileSync(path, publicKey.export({ type: 'spki', format: 'pem' }))
    await using simulator = new Simulator({ SIM_PUBLIC_KEY_PATH: path, SIM_KEY_ID: 'mine' })
    const { api_url: api, key_id: keyId } = await simulator.line()
    expect(keyId).toBe('mine')
    const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const headers = authHeaders({ keyId: 'mine', privateKeyPem }, { path: '/trade-api/v2/markets' })
    expect((await fetch(`${String(api)}/markets?limit=1`, { headers })).status).toBe(200)
  })

  test.each([
    ['settings', { SIM_RATE: '-1', SIM_MARKETZ: '3' }, ['SIM_RATE', 'SIM_MARKETZ']],
    [
      'files',
      { SIM_KEY_ID: 'k', SIM_PUBLIC_KEY_PATH: '/none.pem', SIM_REPLAY_FILE: '/none.gz' },
      ['/none.pem', '/none.gz'],
    ],
  ])('bad %s are all named in one line, and the exit code is 1', async (_note, env, named) => {
    await using simulator = new Simulator(env)
    const line = await simulator.line()
    expect(line).toMatchObject({ level: 'error', service: 'exchange-sim' })
    for (const name of named) expect(line['message']).toContain(name)
    expect(await simulator.exit()).toBe(1)
  })

  test('a port that is taken is a message and exit code 1, not a process that hangs', async () => {
    await using first = new Simulator({})
    const { ops_url: ops } = await first.line()
    await using second = new Simulator({ WHALECAST_OPS_PORT: new URL(String(ops)).port })
    expect(await second.line()).toMatchObject({
      level: 'error',
      error: expect.stringContaining('EADDRINUSE'),
    })
    expect(await second.exit()).toBe(1)
  })
})
