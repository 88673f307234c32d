import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { connectClient } from './support/connect-client.ts'
import { get } from './support/http.ts'
import { openBroadcast } from './support/open-broadcast.ts'
import {
  publishActivity,
  publishDecision,
  publishWhale,
  putBook,
  putHealth,
  putMarket,
  putQueue,
  putTicker,
  putTradingState,
  sampleTrade,
} from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

const json = async (url: string, path: string) => JSON.parse((await get(url, path)).body)

test('the HTTP API answers with the payloads of the socket', async () => {
  await using broadcast = await openBroadcast()
  const { url, bus } = broadcast
  expect(await json(url, '/v1/health')).toMatchObject({ status: 'unknown', machine_state: 'unknown' })
  expect(await json(url, '/v1/status')).toMatchObject({ machine_state: 'unknown' })
  expect(await get(url, '/v1/whale-queue')).toMatchObject({ status: 503 })
  await putHealth(bus, 1)
  await putQueue(bus, 7)
  for (const id of ['w1', 'w2', 'w3']) await publishWhale(bus, id)
  await publishActivity(bus, 'a1')
  await eventually(async () => (await json(url, '/v1/activity')).activities.length === 1)
  expect(await json(url, '/v1/health')).toMatchObject({ status: 'healthy', machine_state: 'ready' })
  expect(await json(url, '/v1/whale-queue')).toMatchObject({ stats: { trades_seen: 7 } })
  expect((await json(url, '/v1/whales?limit=2')).whales).toMatchObject([
    { whale_id: 'w3' },
    { whale_id: 'w2' },
  ])
  expect((await get(url, '/v1/whales')).headers['cache-control']).toBe('no-store')
})

test.each(['0', '501', '-1', '1.5', 'many', '1&limit=2'])('limit=%s is refused', async (limit) => {
  await using broadcast = await openBroadcast()
  const { status, body } = await get(broadcast.url, `/v1/whales?limit=${limit}`)
  expect(status).toBe(400)
  expect(JSON.parse(body).error.code).toBe('bad_request')
})

test('host and origin are checked for HTTP as well', async () => {
  await using broadcast = await openBroadcast({
    config: { allowed: { origins: ['https://desk.example'], hosts: [] } },
  })
  const { url } = broadcast
  expect((await get(url, '/v1/health', { host: 'evil.example' })).status).toBe(403)
  expect((await get(url, '/', { origin: 'https://evil.example' })).status).toBe(403)
  const allowed = await get(url, '/v1/health', { origin: 'https://desk.example' })
  expect(allowed.headers['access-control-allow-origin']).toBe('https://desk.example')
  expect(await broadcast.metric('ws_refused_total')).toBe(2)
})

test('the console is served with a policy that allows its own files and its own socket only', async () => {
  const consoleDir = await mkdtemp(join(tmpdir(), 'whalecast-console-'))
  try {
    await writeFile(join(consoleDir, 'index.html'), '<!doctype html><title>Whalecast</title>')
    await using broadcast = await openBroadcast({ config: { consoleDir } })
    const { url } = broadcast
    const page = await get(url, '/')
    expect(page).toMatchObject({ status: 200 })
    expect(page.body).toContain('Whalecast')
    const policy = String(page.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain(`connect-src 'self' ws://${new URL(url).host}`)
    expect(policy).not.toContain('unsafe')
    expect(page.headers['x-content-type-options']).toBe('nosniff')
    expect(page.headers['x-powered-by']).toBeUndefined()
    expect(await get(url, '/nothing')).toMatchObject({ status: 404 })
    expect(await get(url, '/..%2f..%2fetc/passwd')).toMatchObject({ status: 404 })
    expect(await get(url, '/v1/nothing')).toMatchObject({ status: 404 })
  } finally {
    await rm(consoleDir, { recursive: true })
  }
})

test('a console that is not built says so', async () => {
  await using broadcast = await openBroadcast()
  expect((await get(broadcast.url, '/')).body).toContain('the console is not built')
})

test('whales are listed by market, severity and what is older', async () => {
  await using broadcast = await openBroadcast()
  const { url, bus } = broadcast
  await publishWhale(bus, 'w1', { severity: 'S1', detected_at_ms: 10 })
  await publishWhale(bus, 'w2', { severity: 'S4', detected_at_ms: 20 })
  await publishWhale(bus, 'w3', { severity: 'S3', detected_at_ms: 30, market_ticker: 'KXOTHER' })
  await eventually(async () => (await json(url, '/v1/whales')).whales.length === 3)
  const ids = async (query: string) =>
    (await json(url, `/v1/whales?${query}`)).whales.map(({ whale_id }: { whale_id: string }) => whale_id)
  expect(await ids('min_severity=S3')).toEqual(['w3', 'w2'])
  expect(await ids('ticker=KXTEST-1')).toEqual(['w2', 'w1'])
  expect(await ids('before=w3&limit=1')).toEqual(['w2'])
  expect(await ids('before=20')).toEqual(['w1'])
})

test.each([
  { path: '/v1/whales?min_severity=S5', message: 'min_severity: one of S1, S2, S3, S4' },
  { path: '/v1/whales?before=gone', message: 'before: no such entry is held here any more' },
  { path: '/v1/whales?limit=1&limit=2', message: 'limit: give it once' },
  { path: '/v1/health?verbose=1', message: 'there are no parameters here' },
  { path: '/v1/decisions?since=1', message: 'there is no such parameter; there are: limit, before, ticker' },
  { path: '/v1/trades?ticker=a%20b', message: 'ticker: the ticker of a market' },
  { path: '/v1/markets/a%20b', message: 'ticker: the ticker of a market' },
  { path: '/v1/markets/%ff', message: 'the path or the body is not readable' },
])('$path is answered 400 and says why', async ({ path, message }) => {
  await using broadcast = await openBroadcast()
  const { status, body } = await get(broadcast.url, path)
  expect([status, JSON.parse(body).error.message]).toEqual([400, message])
})

test('decisions and the trading state are those of the socket', async () => {
  await using broadcast = await openBroadcast()
  const { url, bus } = broadcast
  expect((await get(url, '/v1/trading-state')).status).toBe(503)
  await putTradingState(bus, 3)
  for (const id of ['d1', 'd2', 'd3']) await publishDecision(bus, id)
  await eventually(async () => (await json(url, '/v1/decisions')).decisions.length === 3)
  expect((await json(url, '/v1/decisions?limit=1&before=d3')).decisions).toMatchObject([{ whale_id: 'd2' }])
  expect(await json(url, '/v1/trading-state')).toMatchObject({ version: 3, balance: 99_997 })
})

test('a market is told with its prices and its book, as far as they are known', async () => {
  await using broadcast = await openBroadcast()
  const { url, bus } = broadcast
  expect((await get(url, '/v1/markets/KXA')).status).toBe(404)
  expect((await get(url, '/v1/markets/KXA/book')).status).toBe(404)
  await putMarket(bus, 'KXA', 'Will it rain?')
  expect(await json(url, '/v1/markets/KXA')).toMatchObject({
    market: { title: 'Will it rain?' },
    ticker: null,
  })
  await putTicker(bus, 'KXA', 40)
  await putBook(bus, 'KXA', 39)
  expect(await json(url, '/v1/markets/KXA')).toMatchObject({ ticker: { price_cents: 40 } })
  expect(await json(url, '/v1/markets/KXA/book')).toMatchObject({ best_yes_bid_cents: 39, spread_cents: 2 })
})

test('trades are remembered from the first question on, and it says since when', async () => {
  let nowMs = 5_000_000
  await using broadcast = await openBroadcast({ now: () => nowMs, config: { pingIntervalMs: 100 } })
  const { url, bus, ownBus } = broadcast
  const idle = ownBus.subscriptionCount
  expect(await json(url, '/v1/trades')).toEqual({ since_ms: nowMs, trades: [] })
  bus.print('tape', 'trade', [sampleTrade('1', 'KXA'), sampleTrade('2', 'KXB'), sampleTrade('3', 'KXA')])
  await eventually(async () => (await json(url, '/v1/trades')).trades.length === 3)
  const ids = async (query: string) =>
    (await json(url, `/v1/trades?${query}`)).trades.map(({ trade_id }: { trade_id: string }) => trade_id)
  expect(await ids('limit=2')).toEqual(['3', '2'])
  expect(await ids('ticker=KXA')).toEqual(['3', '1'])
  nowMs += 60_000
  await eventually(() => ownBus.subscriptionCount === idle)
})

test('each client is told with how it fares', async () => {
  await using broadcast = await openBroadcast({ config: { pingIntervalMs: 100 } })
  const { url } = broadcast
  using client = await connectClient(url)
  client.send({ type: 'subscribe', channels: ['tape'] })
  await client.until(() => client.of('ping').length === 2)
  await eventually(async () => (await json(url, '/v1/clients')).clients[0]?.rtt_ms !== null)
  const { clients } = await json(url, '/v1/clients')
  expect(clients).toHaveLength(1)
  expect(clients[0]).toMatchObject({
    id: client.of('connection')[0]?.data.client_id,
    name: 'local',
    scopes: ['market', 'account', 'admin'],
    address: '127.0.0.1',
    channels: ['system', 'status', 'health', 'whales', 'decisions', 'whale_queue', 'tape'],
    queued_bytes: 0,
    queued_age_ms: 0,
    conflated: 0,
    shed: 0,
    suppressed: 0,
    lag_ms: expect.any(Number),
    since_ms: expect.any(Number),
    last_pong_ms: expect.any(Number),
  })
  expect(clients[0].frames_sent).toBeGreaterThanOrEqual(client.frames.length)
})

test('every replica tells how many listen to it, without being asked', async () => {
  await using broadcast = await openBroadcast()
  const { url, bus, ownBus, facts } = broadcast
  using client = await connectClient(url)
  client.send({ type: 'subscribe', channels: ['tape', 'tape:KXA'] })
  await client.until(() => client.of('subscribed').length === 1)
  const beat = (from: typeof bus, instance: string, told: ReturnType<typeof facts.read>) =>
    from.beat({
      service: 'ws-broadcast',
      instance,
      started_at_ms: 5,
      sent_at_ms: 9,
      components: [],
      facts: told,
    })
  await beat(ownBus, 'a', facts.read())
  await beat(bus, 'b', { ws_clients: 7, ws_listeners_whales: 6 })
  const { replicas } = await json(url, '/v1/clients')
  expect(replicas).toEqual([
    {
      instance: 'a',
      since_ms: 5,
      clients: 1,
      listeners: { system: 1, status: 1, health: 1, whales: 1, decisions: 1, whale_queue: 1, tape: 2 },
    },
    { instance: 'b', since_ms: 5, clients: 7, listeners: { whales: 6 } },
  ])
})
