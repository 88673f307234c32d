import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { parseStaticTokens } from '../src/domain/access/static-tokens.ts'
import { connectClient, refusedUpgrade } from './support/connect-client.ts'
import { ask, get } from './support/http.ts'
import { defaultLimits, openBroadcast, type BroadcastOptions } from './support/open-broadcast.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex')
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const from = (address: string) => ({ 'x-forwarded-for': address })

/** Behind a proxy on this machine, so that a test can come from anywhere; with two tokens. */
const behindProxy = (
  limits: Partial<typeof defaultLimits>,
  over: NonNullable<BroadcastOptions['config']> = {},
): NonNullable<BroadcastOptions['config']> => ({
  limits: { ...defaultLimits, ...limits },
  proxies: ['127.0.0.1'],
  access: {
    tokens: parseStaticTokens([`desk:${sha256('d')}:account`, `ops:${sha256('o')}:admin`]),
    tokensFile: undefined,
    dataDir: '/nonexistent',
  },
  ...over,
})

describe('connections', () => {
  test('of one address are limited, behind a proxy too; what a client claims before it does not count', async () => {
    await using broadcast = await openBroadcast({ config: behindProxy({ perAddress: 2 }) })
    const { url } = broadcast
    using one = await connectClient(url, { headers: from('203.0.113.7') })
    const two = await connectClient(url, { headers: from('1.1.1.1, 203.0.113.7') })
    const refused = await refusedUpgrade(url, from('2.2.2.2, 203.0.113.7'))
    expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '5' } })
    expect(await broadcast.metric('ws_refused_total', { reason: 'address' })).toBe(1)
    using another = await connectClient(url, { headers: from('203.0.113.8') })
    for (const client of [one, another]) await client.until((frames) => frames.length > 0)
    const { clients } = JSON.parse((await get(url, '/v1/clients', bearer('o'))).body)
    expect(clients.map(({ address }: { address: string }) => address)).toEqual([
      '203.0.113.7',
      '203.0.113.7',
      '203.0.113.8',
    ])
    two.socket.terminate()
    await eventually(() => broadcast.facts.read()['ws_clients'] === 2)
    // Its places in ten seconds are taken, though one of them is free.
    expect((await refusedUpgrade(url, from('203.0.113.7'))).status).toBe(429)
    expect(await broadcast.metric('ws_refused_total', { reason: 'address_rate' })).toBe(1)
  })

  test('of this machine are not, and nobody else becomes this machine by saying so', async () => {
    await using local = await openBroadcast({ config: { limits: { ...defaultLimits, perAddress: 1 } } })
    using one = await connectClient(local.url)
    using two = await connectClient(local.url)
    for (const client of [one, two]) await client.until((frames) => frames.length > 0)
    await using behind = await openBroadcast({ config: behindProxy({ perAddress: 1 }) })
    using stranger = await connectClient(behind.url, { headers: from('127.0.0.1, 203.0.113.7') })
    await stranger.until((frames) => frames.length > 0)
    expect(stranger.of('connection')[0]?.data.scopes).toEqual(['market'])
    expect((await refusedUpgrade(behind.url, from('127.0.0.1, 203.0.113.7'))).status).toBe(429)
    // Behind a proxy nobody is trusted for coming from here.
    expect((await get(behind.url, '/v1/clients')).status).toBe(401)
  })

  test('of one owner of tokens are limited, also when another one is shown in a frame', async () => {
    await using broadcast = await openBroadcast({ config: behindProxy({ perHolder: 1 }) })
    const { url } = broadcast
    using desk = await connectClient(url, { headers: bearer('d') })
    await desk.until((frames) => frames.length > 0)
    expect((await refusedUpgrade(url, bearer('d'))).status).toBe(429)
    expect(await broadcast.metric('ws_refused_total', { reason: 'holder' })).toBe(1)
    using nobody = await connectClient(url)
    nobody.send({ type: 'auth', token: 'd' })
    nobody.send({ type: 'auth', token: 'o' })
    await nobody.until(() => nobody.of('authenticated').length === 1)
    expect(nobody.of('error').map(({ data }) => data.code)).toEqual(['too_many_connections'])
    expect(nobody.of('authenticated')[0]?.data.name).toBe('ops')
    desk.socket.terminate()
    await eventually(() => broadcast.facts.read()['ws_clients'] === 1)
    nobody.send({ type: 'auth', token: 'd' })
    await nobody.until(() => nobody.of('authenticated').length === 2)
  })

  test('that come all at once are let in at a rate; the others are told when', async () => {
    const nowMs = 1_800_000_000_000
    await using broadcast = await openBroadcast({
      config: behindProxy({ acceptPerSecond: 1 }),
      now: () => nowMs,
    })
    const { url } = broadcast
    for (let index = 0; index < 5; index++) {
      using client = await connectClient(url)
      await client.until((frames) => frames.length > 0)
    }
    const waits: unknown[] = []
    for (let index = 0; index < 3; index++) {
      const { status, headers } = await refusedUpgrade(url, {})
      waits.push([status, headers['retry-after']])
    }
    expect(waits).toEqual([
      [503, '1'],
      [503, '2'],
      [503, '3'],
    ])
    expect(await broadcast.metric('ws_refused_total', { reason: 'accept_rate' })).toBe(3)
  })

  test('that are refused or given up leave no place taken', async () => {
    await using broadcast = await openBroadcast({ config: behindProxy({ clients: 1 }) })
    const { url } = broadcast
    for (let index = 0; index < 3; index++)
      expect((await refusedUpgrade(url, bearer('nobody'))).status).toBe(401)
    // An upgrade that is none, as a raw request: ws answers it and no client comes of it.
    const port = Number(new URL(url).port)
    const raw = connect(port, '127.0.0.1')
    raw.write('GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    const answer = await new Promise<string>((resolve) =>
      raw.once('data', (data) => resolve(data.toString())),
    )
    expect(answer).toContain('400 Bad Request')
    raw.destroy()
    await eventually(async () => {
      using client = await connectClient(url)
      await client.until((frames) => frames.length > 0)
    })
  })
})

describe('what a client sends', () => {
  test('a message in more parts than it needs ends the connection', async () => {
    await using broadcast = await openBroadcast()
    using client = await connectClient(broadcast.url)
    client.socket.send('{"type":', { fin: false })
    client.socket.send('"ping"}', { fin: true })
    await client.until(() => client.of('pong').length === 1)
    for (let index = 0; index < 200; index++) client.socket.send(' ', { fin: false })
    expect((await client.closed).code).toBe(1008)
    expect(await broadcast.metric('ws_client_problems_total', { reason: 'protocol' })).toBe(1)
  })

  test('pings below the protocol count like frames', async () => {
    await using broadcast = await openBroadcast()
    using client = await connectClient(broadcast.url)
    for (let index = 0; index < 300; index++) client.socket.ping()
    expect((await client.closed).code).toBe(4029)
    expect(client.of('error').map(({ data }) => data.code)).toEqual(['rate_limited'])
  })

  test('more channels than one may hear are refused with a reason', async () => {
    await using broadcast = await openBroadcast()
    using client = await connectClient(broadcast.url)
    const channels = (first: number) => Array.from({ length: 150 }, (_, index) => `tape:KX-${first + index}`)
    client.send({ type: 'subscribe', channels: channels(0) })
    client.send({ type: 'subscribe', channels: channels(1_000) })
    await client.until(() => client.of('error').length === 1)
    expect(client.of('error')[0]?.data.code).toBe('too_many_channels')
    expect(await broadcast.metric('ws_client_problems_total', { reason: 'too_many_channels' })).toBe(1)
  })
})

describe('requests', () => {
  test('a token in an address is not even looked at', async () => {
    await using broadcast = await openBroadcast({ config: behindProxy({}) })
    for (const name of ['token', 'access_token'])
      expect((await refusedUpgrade(broadcast.url, {}, `ws?${name}=d`)).status).toBe(400)
    expect(await broadcast.metric('ws_refused_total', { reason: 'token_in_address' })).toBe(2)
  })

  test('of one address are limited, others and this machine are not', async () => {
    const nowMs = 1_800_000_000_000
    await using broadcast = await openBroadcast({
      config: behindProxy({ requestsPerSecond: 1 }),
      now: () => nowMs,
    })
    const { url } = broadcast
    const statuses: number[] = []
    for (let index = 0; index < 5; index++)
      statuses.push((await get(url, '/v1/activity', from('203.0.113.7'))).status)
    expect(statuses).toEqual([200, 200, 200, 200, 429])
    const refused = await get(url, '/', from('203.0.113.7'))
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1'])
    expect((await get(url, '/v1/activity', from('203.0.113.8'))).status).toBe(200)
    for (let index = 0; index < 6; index++) expect((await get(url, '/v1/activity')).status).toBe(200)
    expect(await broadcast.metric('ws_refused_total', { reason: 'request_rate' })).toBe(2)
  })

  test('every answer has the headers that browsers heed; TLS is made a habit only where it is spoken', async () => {
    await using broadcast = await openBroadcast({
      config: behindProxy({}, { allowed: { origins: [], hosts: ['whales.example'] } }),
    })
    const hsts = async (headers: Readonly<Record<string, string>>) =>
      (await get(broadcast.url, '/v1/activity', headers)).headers['strict-transport-security']
    const tls = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' }
    expect(await hsts({ host: 'whales.example', ...tls })).toBe('max-age=31536000')
    expect(await hsts({ host: 'localhost', ...tls })).toBeUndefined()
    expect(await hsts({ host: 'whales.example', ...tls, 'x-forwarded-proto': 'http' })).toBeUndefined()
    for (const headers of [{}, { host: 'evil.example' }, bearer('nobody')]) {
      const { headers: got } = await ask(broadcast.url, '/v1/activity', { headers })
      expect(got['content-security-policy']).toContain("default-src 'none'")
      expect(got['x-content-type-options']).toBe('nosniff')
    }
  })
})
