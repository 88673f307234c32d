import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT, type JWK, type JWTPayload } from 'jose'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { parseStaticTokens } from '../src/domain/access/static-tokens.ts'
import type { JwtConfig, JwtSource } from '../src/adapters/access/open-jwt.ts'
import { connectClient, refusedUpgrade } from './support/connect-client.ts'
import { get } from './support/http.ts'
import { openBroadcast, type BroadcastOptions } from './support/open-broadcast.ts'
import { putTradingState } from './support/samples.ts'

let leaks: LeakWatch
let dir: string
beforeEach(async () => {
  leaks = watchLeaks()
  dir = await mkdtemp(join(tmpdir(), 'whalecast-jwt-'))
})
afterEach(async () => {
  await rm(dir, { recursive: true })
  await leaks.check()
})

const secret = 'kJ8vQ2nX5mB9tR4wZ7cF1hL6pD3sG0yA'
const startMs = 1_800_000_000_000
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

const sign = (payload: JWTPayload, key = secret) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(key))
/** A token that ends so many seconds after the start. */
const tokenFor = (sub: string, scope: string, seconds = 600) =>
  sign({ sub, scope, exp: startMs / 1_000 + seconds })

const config = (
  source: JwtSource,
  over: Partial<JwtConfig> = {},
): NonNullable<BroadcastOptions['config']> => ({
  access: {
    tokens: parseStaticTokens([`ops:${'ab'.repeat(32)}:admin`]),
    tokensFile: undefined,
    jwt: { source, issuer: undefined, audience: undefined, toleranceMs: 0, ...over },
    dataDir: dir,
  },
  pingIntervalMs: 100,
})

describe('with a secret', () => {
  test('a signed token opens what its scopes say, on the upgrade, in a frame and over HTTP', async () => {
    await using broadcast = await openBroadcast({ config: config({ secret }), now: () => startMs })
    await putTradingState(broadcast.bus, 1)
    const token = await tokenFor('anna', 'openid account')
    expect((await get(broadcast.url, '/v1/decisions', bearer(token))).status).toBe(200)
    expect((await get(broadcast.url, '/v1/clients', bearer(token))).status).toBe(403)
    using shown = await connectClient(broadcast.url, { headers: bearer(token) })
    await shown.until((frames) => frames.length > 0)
    expect(shown.of('connection')[0]?.data).toMatchObject({
      scopes: ['market', 'account'],
      token_expires_at_ms: startMs + 600_000,
    })
    using told = await connectClient(broadcast.url)
    told.send({ type: 'auth', token })
    told.send({ type: 'subscribe', channels: ['trading_state'] })
    told.send({ type: 'ping', timestamp_ms: 7 })
    await told.until(() => told.of('pong').length === 1)
    // The answers stand in the order of the questions, though the first took longest.
    const answers = told.frames.map(({ type }) => type)
    expect(answers.slice(answers.indexOf('authenticated'))).toEqual(
      expect.arrayContaining(['authenticated', 'subscribed', 'trading_state', 'pong']),
    )
    expect(answers.indexOf('authenticated')).toBeLessThan(answers.indexOf('trading_state'))
    expect(told.of('authenticated')[0]?.data).toEqual({
      name: 'anna',
      scopes: ['market', 'account'],
      token_expires_at_ms: startMs + 600_000,
    })
    expect(told.of('error')).toEqual([])
  })

  test('a token that ended, or that nobody signed, opens nothing; neither it nor the secret is logged', async () => {
    await using broadcast = await openBroadcast({ config: config({ secret }), now: () => startMs })
    const over = await tokenFor('anna', 'account', -1)
    const forged = await sign({ sub: 'anna', scope: 'admin', exp: startMs }, `${secret}x`)
    const good = await tokenFor('anna', 'account')
    const parts = good.split('.')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${parts[1]}.`
    for (const token of [over, forged, none, `${parts[0]}.${parts[1]}.AAAA`]) {
      expect((await refusedUpgrade(broadcast.url, bearer(token))).status).toBe(401)
      expect((await get(broadcast.url, '/v1/health', bearer(token))).status).toBe(401)
    }
    expect(await broadcast.metric('ws_refused_total', { reason: 'token_expired' })).toBe(2)
    expect(await broadcast.metric('ws_refused_total', { reason: 'token' })).toBe(6)
    using client = await connectClient(broadcast.url, { headers: bearer(good) })
    client.send({ type: 'auth', token: over })
    client.send({ type: 'auth', token: forged })
    await client.until(() => client.of('error').length === 2)
    const all = broadcast.log()
    for (const hidden of [good, over, forged, secret, parts[2] ?? '']) expect(all).not.toContain(hidden)
  })

  test('a minute before its end a client is told, at its end it is closed, and another token prevents that', async () => {
    let nowMs = startMs
    await using broadcast = await openBroadcast({ config: config({ secret }), now: () => nowMs })
    using lasting = await connectClient(broadcast.url, {
      headers: bearer(await tokenFor('anna', 'account', 100)),
    })
    using ending = await connectClient(broadcast.url, {
      headers: bearer(await tokenFor('ben', 'account', 100)),
    })
    for (const client of [lasting, ending]) await client.until((frames) => frames.length > 0)
    nowMs = startMs + 45_000
    for (const client of [lasting, ending]) await client.until(() => client.of('error').length === 1)
    expect(ending.of('error')[0]?.data.code).toBe('token_expiring')
    lasting.send({ type: 'auth', token: await tokenFor('anna', 'account', 200) })
    await lasting.until(() => lasting.of('authenticated').length === 1)
    nowMs = startMs + 100_000
    expect(await ending.closed).toEqual({ code: 4402, reason: 'the token has expired' })
    expect(await broadcast.metric('ws_closed_total', { code: '4402' })).toBe(1)
    expect(broadcast.facts.read()['ws_clients']).toBe(1)
    await lasting.until(() => lasting.of('error').length === 1)
    nowMs = startMs + 150_000
    await lasting.until(() => lasting.of('error').length === 2)
    // A fault of nobody’s.
    expect(await broadcast.metric('ws_client_problems_total')).toBe(0)
  })

  test('a file of secrets lets two hold at once; what is too weak stops the start without being repeated', async () => {
    const secretFile = join(dir, 'secret')
    const older = `older-${secret}`
    await expect(openBroadcast({ config: config({ secretFile }) })).rejects.toThrow(
      'WHALECAST_JWT_SECRET_FILE',
    )
    await writeFile(secretFile, '\n')
    await expect(openBroadcast({ config: config({ secretFile }) })).rejects.toThrow('it holds no secret')
    await writeFile(secretFile, `${secret}\nshort-one\n`)
    const refused = openBroadcast({ config: config({ secretFile }) })
    await expect(refused).rejects.toThrow('can be guessed')
    await expect(refused).rejects.not.toThrow('short-one')
    await writeFile(secretFile, `${secret}\n${older}\n`)
    await using broadcast = await openBroadcast({ config: config({ secretFile }), now: () => startMs })
    const exp = startMs / 1_000 + 60
    for (const key of [secret, older])
      expect(
        (await get(broadcast.url, '/v1/activity', bearer(await sign({ sub: 'a', exp }, key)))).status,
      ).toBe(200)
  })
})

describe('with the keys of an issuer', () => {
  let pair: Awaited<ReturnType<typeof generateKeyPair>>
  let jwk: JWK
  beforeAll(async () => {
    pair = await generateKeyPair('RS256', { extractable: true })
    jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'RS256' }
  })
  const issued = (payload: JWTPayload) =>
    new SignJWT({ sub: 'anna', scope: 'account', exp: startMs / 1_000 + 600, ...payload })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(pair.privateKey)

  /** An issuer on a port of its own; it answers when it is told to. */
  async function openIssuer() {
    let answer: () => { readonly status: number; readonly keys: readonly JWK[] } = () => ({
      status: 200,
      keys: [jwk],
    })
    let held: Promise<void> | undefined
    const tell = async (response: ServerResponse) => {
      await held
      const { status, keys } = answer()
      response.writeHead(status, { connection: 'close' }).end(JSON.stringify({ keys }))
    }
    const server = createServer((_request, response) => void tell(response)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    return {
      url: `http://127.0.0.1:${port}/jwks.json`,
      answers: (next: typeof answer) => (answer = next),
      holds: (until: Promise<void>) => void (held = until),
      [Symbol.asyncDispose]: async () => {
        server.close()
        await once(server, 'close')
      },
    }
  }

  test('tokens of the right issuer for this service are taken, no others', async () => {
    await using issuer = await openIssuer()
    const own = config({ jwksUrl: issuer.url }, { issuer: 'https://id.example', audience: 'whalecast' })
    await using broadcast = await openBroadcast({ config: own, now: () => startMs })
    const status = async (payload: JWTPayload) =>
      (await get(broadcast.url, '/v1/decisions', bearer(await issued(payload)))).status
    expect(await status({ iss: 'https://id.example', aud: 'whalecast' })).toBe(200)
    expect(await status({ iss: 'https://id.example', aud: 'another' })).toBe(401)
    expect(await status({ iss: 'https://evil.example', aud: 'whalecast' })).toBe(401)
    expect(await status({})).toBe(401)
  })

  test('an issuer that does not answer keeps nobody from the market; with a token it is: try again', async () => {
    await using issuer = await openIssuer()
    issuer.answers(() => ({ status: 500, keys: [] }))
    let nowMs = startMs
    await using broadcast = await openBroadcast({
      config: config({ jwksUrl: issuer.url }),
      now: () => nowMs,
    })
    expect(broadcast.log()).toContain('the keys for tokens could not be read')
    const token = await issued({})
    expect(await refusedUpgrade(broadcast.url, bearer(token))).toMatchObject({
      status: 503,
      headers: { 'retry-after': '5' },
    })
    expect(await broadcast.metric('ws_refused_total', { reason: 'keys' })).toBe(1)
    using client = await connectClient(broadcast.url)
    for (let index = 0; index < 4; index++) client.send({ type: 'auth', token })
    await client.until(() => client.of('error').length === 4)
    expect(client.of('error')[0]?.data.code).toBe('unavailable')
    issuer.answers(() => ({ status: 200, keys: [jwk] }))
    nowMs += 30_000
    client.send({ type: 'auth', token })
    await client.until(() => client.of('authenticated').length === 1)
    expect(broadcast.log()).not.toContain(token)
  })

  test('while keys are fetched, what follows waits in order; who leaves meanwhile leaves nothing behind', async () => {
    await using issuer = await openIssuer()
    issuer.answers(() => ({ status: 500, keys: [] }))
    let nowMs = startMs
    await using broadcast = await openBroadcast({ config: config({ jwksUrl: issuer.url }), now: () => nowMs })
    await putTradingState(broadcast.bus, 1)
    let release = () => {}
    issuer.holds(new Promise((resolve) => (release = resolve)))
    issuer.answers(() => ({ status: 200, keys: [jwk] }))
    nowMs += 30_000
    const token = await issued({})
    using client = await connectClient(broadcast.url)
    using impatient = await connectClient(broadcast.url)
    for (const each of [client, impatient]) {
      each.send({ type: 'auth', token })
      each.send({ type: 'subscribe', channels: ['trading_state'] })
    }
    await impatient.until((frames) => frames.length > 0)
    impatient.socket.terminate()
    await eventually(() => broadcast.facts.read()['ws_clients'] === 1)
    using flood = await connectClient(broadcast.url)
    flood.send({ type: 'auth', token })
    for (let index = 0; index < 5; index++)
      flood.send(JSON.stringify({ type: 'ping', pad: 'x'.repeat(15_000) }))
    expect((await flood.closed).code).toBe(4029)
    expect(client.frames.some(({ type }) => type === 'subscribed' || type === 'error')).toBe(false)
    release()
    await client.until(() => client.of('trading_state').length === 1)
    expect(client.of('error')).toEqual([])
    expect(broadcast.facts.read()['ws_clients']).toBe(1)
  })

  test('a file that holds no keys stops the start', async () => {
    const jwksFile = join(dir, 'jwks.json')
    await writeFile(
      jwksFile,
      JSON.stringify({ keys: [{ ...(await exportJWK(pair.privateKey)), kid: 'one' }] }),
    )
    const refused = openBroadcast({ config: config({ jwksFile }) })
    await expect(refused).rejects.toThrow('WHALECAST_JWKS_FILE: it holds a private or a shared key')
    await writeFile(jwksFile, JSON.stringify({ keys: [jwk] }))
    await using broadcast = await openBroadcast({ config: config({ jwksFile }), now: () => startMs })
    expect((await get(broadcast.url, '/v1/decisions', bearer(await issued({})))).status).toBe(200)
  })
})
