import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { parseStaticTokens } from '../src/domain/access/static-tokens.ts'
import { connectClient, refusedUpgrade } from './support/connect-client.ts'
import { ask, get } from './support/http.ts'
import { openBroadcast, type Broadcast, type BroadcastOptions } from './support/open-broadcast.ts'
import { publishActivity, publishDecision, publishWhale, putTradingState } from './support/samples.ts'

let leaks: LeakWatch
let dataDir: string
beforeEach(async () => {
  leaks = watchLeaks()
  dataDir = await mkdtemp(join(tmpdir(), 'whalecast-access-'))
})
afterEach(async () => {
  await rm(dataDir, { recursive: true })
  await leaks.check()
})

const anywhere = () => ({
  http: { host: '0.0.0.0', port: 0 },
  access: { tokens: [], tokensFile: undefined, dataDir },
})
const sha256 = (token: string) => createHash('sha256').update(token).digest('hex')
const withTokens = (...entries: readonly string[]): NonNullable<BroadcastOptions['config']> => ({
  access: { tokens: parseStaticTokens(entries), tokensFile: undefined, dataDir },
})
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

const privateReads = ['/v1/trading-state', '/v1/clients', '/v1/decisions']

/** What only the account's owner may read is on the bus. */
async function putSecrets({ bus, url }: Broadcast): Promise<void> {
  await putTradingState(bus, 1)
  await publishDecision(bus, 'secret-decision')
  await publishActivity(bus, 'secret-fill', { activity_type: 'order_fill', message: 'secret' })
  await publishWhale(bus, 'public-whale')
  await publishActivity(bus, 'public', { message: 'public' })
  await eventually(async () => (await get(url, '/v1/whales')).body.includes('public-whale'))
}

describe('on another address than loopback, without a token', () => {
  test('everything private is refused over HTTP', async () => {
    await using broadcast = await openBroadcast({ config: anywhere() })
    await putSecrets(broadcast)
    for (const path of privateReads) {
      const { status, headers, body } = await get(broadcast.url, path)
      expect([path, status, headers['www-authenticate']]).toEqual([path, 401, 'Bearer'])
      expect(body).not.toContain('secret')
    }
    expect((await ask(broadcast.url, '/v1/cleanup', { method: 'POST' })).status).toBe(401)
    const wrong = await get(broadcast.url, '/v1/health', bearer('wrong'))
    expect(wrong.status).toBe(401)
    expect(await broadcast.metric('ws_refused_total', { reason: 'token' })).toBe(privateReads.length + 2)
    expect((await get(broadcast.url, '/v1/activity')).body).not.toContain('secret')
    expect((await get(broadcast.url, '/v1/whale-queue')).status).toBe(503)
  })

  test('and over the socket: no frame with the account’s data comes, whatever is asked for', async () => {
    await using broadcast = await openBroadcast({ config: anywhere() })
    const { url, bus } = broadcast
    await putSecrets(broadcast)
    using client = await connectClient(url)
    client.send({ type: 'subscribe', channels: ['trading_state', 'decisions', 'follow', 'system'] })
    client.send({ type: 'subscribe', channels: ['trading_state'], delta: true })
    client.send({ type: 'resync', channel: 'trading_state' })
    client.send({ type: 'subscribe', channels: ['account'] })
    await client.until(() => client.of('error').length === 4)
    expect(client.of('error').map(({ data }) => data.code)).toEqual([
      'unauthorized',
      'unauthorized',
      'not_subscribed',
      'unknown_channel',
    ])
    expect(client.of('connection')[0]?.data).toMatchObject({
      scopes: ['market'],
      channels: ['system', 'status', 'health', 'whales', 'whale_queue'],
    })
    await putTradingState(bus, 2)
    await publishDecision(bus, 'secret-2')
    await publishActivity(bus, 'secret-3', { activity_type: 'sync', message: 'secret' })
    await publishActivity(bus, 'last', { message: 'last' })
    await client.until((frames) => frames.at(-1)?.data.message === 'last')
    expect(client.frames.map(({ text }) => text).join()).not.toContain('secret')
    expect(client.of('trading_state')).toEqual([])
    expect(client.of('decision')).toEqual([])
    // The activities between were not for this client, and are no hole.
    const [live] = client.of('system_activity')
    expect(live).toMatchObject({ prev: (live?.offset ?? 0) - 2 })
  })

  test('an admin token is made once, readable by its owner only; the log says where it lies, never what it is', async () => {
    await using first = await openBroadcast({ config: anywhere() })
    const path = join(dataDir, 'admin-token')
    const token = (await readFile(path, 'utf8')).trim()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(first.log()).toContain(path)
    await using second = await openBroadcast({ config: anywhere() })
    expect((await readFile(path, 'utf8')).trim()).toBe(token)
    for (const { url } of [first, second])
      expect((await get(url, '/v1/clients', bearer(token))).status).toBe(200)
    expect((await get(first.url, `/v1/clients?token=${token}`)).status).toBe(401)
    using client = await connectClient(first.url, { headers: bearer(token) })
    await client.until((frames) => frames.length > 0)
    expect(client.of('connection')[0]?.data.scopes).toEqual(['market', 'account', 'admin'])
    expect(first.log() + second.log()).not.toContain(token)
  })
})

describe('with tokens', () => {
  test('loopback is no excuse any more, and each scope opens its own', async () => {
    const config = withTokens(`desk:${sha256('d')}:account`, `ops:${sha256('o')}:admin`)
    await using broadcast = await openBroadcast({ config })
    const statuses = async (headers: Readonly<Record<string, string>>) =>
      Promise.all(privateReads.map(async (path) => (await get(broadcast.url, path, headers)).status))
    await putSecrets(broadcast)
    expect(await statuses({})).toEqual([401, 401, 401])
    expect(await statuses(bearer('d'))).toEqual([200, 403, 200])
    expect(await statuses(bearer('o'))).toEqual([403, 200, 403])
    const cleanup = (token: string) =>
      ask(broadcast.url, '/v1/cleanup', { method: 'POST', headers: bearer(token) })
    expect((await cleanup('d')).status).toBe(403)
    expect((await cleanup('o')).status).toBe(503)
    expect((await get(broadcast.url, '/v1/activity', bearer('d'))).body).toContain('secret-fill')
  })

  test('a socket with a wrong token is refused before the upgrade', async () => {
    await using broadcast = await openBroadcast({ config: withTokens(`desk:${sha256('d')}:account`) })
    expect((await refusedUpgrade(broadcast.url, bearer('x'))).status).toBe(401)
    expect(broadcast.facts.read()['ws_clients']).toBe(0)
  })

  test('a browser shows its token in a frame: what it opens follows at once, on the same connection', async () => {
    await using broadcast = await openBroadcast({ config: withTokens(`desk:${sha256('d')}:account`) })
    await putSecrets(broadcast)
    using client = await connectClient(broadcast.url)
    await client.until((frames) => frames.some(({ type }) => type === 'whale'))
    client.send({ type: 'auth', token: 'd' })
    client.send({ type: 'subscribe', channels: ['trading_state'] })
    await client.until(() => client.of('trading_state').length === 1)
    expect(client.of('authenticated')[0]?.data).toEqual({ name: 'desk', scopes: ['market', 'account'] })
    expect(client.of('decision').map(({ data }) => data.whale_id)).toEqual(['secret-decision'])
    await publishActivity(broadcast.bus, 'f2', { activity_type: 'order_fill' })
    await client.until((frames) => frames.at(-1)?.data.activity_id === 'f2')
    expect(broadcast.log()).not.toContain('"d"')
  })

  test('a default that was given up is not turned on by a token', async () => {
    await using broadcast = await openBroadcast({ config: withTokens(`desk:${sha256('d')}:account`) })
    await putSecrets(broadcast)
    using client = await connectClient(broadcast.url)
    client.send({ type: 'unsubscribe', channels: ['decisions'] })
    client.send({ type: 'auth', token: 'd' })
    await client.until(() => client.of('authenticated').length === 1 && client.of('subscribed').length === 2)
    expect(client.of('subscribed').at(-1)?.data.channels).not.toContain('decisions')
    expect(client.of('decision')).toEqual([])
  })

  test('who tries tokens is told, and at the third ended with 4001', async () => {
    await using broadcast = await openBroadcast({ config: withTokens(`desk:${sha256('d')}:account`) })
    using client = await connectClient(broadcast.url)
    for (const token of ['1', '2', '3']) client.send({ type: 'auth', token })
    expect((await client.closed).code).toBe(4001)
    expect(client.of('error').map(({ data }) => data.code)).toEqual(Array(3).fill('unauthorized'))
    expect(await broadcast.metric('ws_closed_total', { code: '4001' })).toBe(1)
  })

  test('a token with less takes away what it does not cover', async () => {
    await using broadcast = await openBroadcast({
      config: withTokens(`desk:${sha256('d')}:account`, `wall:${sha256('w')}:market`),
    })
    await putSecrets(broadcast)
    using client = await connectClient(broadcast.url, { headers: bearer('d') })
    client.send({ type: 'subscribe', channels: ['trading_state'] })
    await client.until(() => client.of('trading_state').length === 1)
    client.send({ type: 'auth', token: 'w' })
    await client.until(() => client.of('subscribed').length === 2)
    expect(client.of('subscribed').at(-1)?.data.channels).toEqual([
      'system',
      'status',
      'health',
      'whales',
      'whale_queue',
    ])
  })

  test('a file of tokens is read; one that cannot be used stops the start', async () => {
    const tokensFile = join(dataDir, 'tokens')
    const config = { access: { tokens: [], tokensFile, dataDir } }
    await expect(openBroadcast({ config })).rejects.toThrow('WHALECAST_TOKENS_FILE')
    await writeFile(tokensFile, '# nobody\n\n')
    await expect(openBroadcast({ config })).rejects.toThrow('it holds no token')
    const same = [...parseStaticTokens([`desk:${sha256('x')}:admin`])]
    await writeFile(tokensFile, `desk:${sha256('d')}:account\n`)
    const doubled = openBroadcast({ config: { access: { ...config.access, tokens: same } } })
    await expect(doubled).rejects.toThrow('there are two tokens named desk')
    await writeFile(tokensFile, `# the desk\ndesk:${sha256('d')}:account\n`)
    await using broadcast = await openBroadcast({ config })
    expect((await get(broadcast.url, '/v1/decisions', bearer('d'))).status).toBe(200)
  })
})

describe('on loopback without a token', () => {
  test('this machine’s user may do everything', async () => {
    await using broadcast = await openBroadcast()
    await putSecrets(broadcast)
    for (const path of privateReads) expect((await get(broadcast.url, path)).status).toBe(200)
    using client = await connectClient(broadcast.url)
    client.send({ type: 'subscribe', channels: ['trading_state'] })
    await client.until(() => client.of('trading_state').length === 1 && client.of('decision').length === 1)
  })

  test('but not a page of an allowed site, nor who comes through a proxy', async () => {
    await using broadcast = await openBroadcast({
      config: { allowed: { origins: ['https://desk.example'], hosts: ['desk.example'] } },
    })
    await putSecrets(broadcast)
    const strangers = [
      { origin: 'https://desk.example' },
      { host: 'desk.example' },
      { 'x-forwarded-for': '10.0.0.7' },
      { forwarded: 'for=10.0.0.7' },
    ]
    for (const headers of strangers)
      expect((await get(broadcast.url, '/v1/trading-state', headers)).status).toBe(401)
  })
})
