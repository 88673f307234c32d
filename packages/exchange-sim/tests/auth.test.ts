import { generateKeyPairSync, constants, sign } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { startExchangeSim } from '@whalecast/exchange-sim'
import { authHeaders, ExchangeClient, openSim, upgrade } from './exchange-client.ts'

const ago = (ms: number) => String(Date.now() - ms)
const wrongSignature = {
  error: {
    code: 'authentication_error',
    message: 'authentication error',
    details: 'INCORRECT_API_KEY_SIGNATURE',
  },
}
const expired = { error: { code: 'header_timestamp_expired', message: 'header timestamp expired' } }

describe('authentication', () => {
  test.each(['rsa', 'ed25519'] as const)(
    'a connection signed with its %s key is accepted',
    async (keyType) => {
      await using sim = await openSim({ keyType })
      await using client = await ExchangeClient.connect(sim)
      client.send('list_subscriptions')
      expect(await client.next()).toEqual({ id: 1, type: 'ok', msg: [] })
    },
  )

  test('a public key registered at the start may sign', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
    const keys = [
      { keyId: 'mine', publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
    ]
    const privateKeyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    await using sim = await openSim({ keys })
    expect(await upgrade(sim, authHeaders({ keyId: 'mine', privateKeyPem }))).toMatchObject({ status: 101 })
  })

  test('what cannot be believed is refused with 401 and the recorded body, on both doors', async () => {
    await using sim = await openSim()
    const good = authHeaders(sim)
    const without = (name: string) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name))
    const rows: [note: string, headers: Record<string, string>, body: object][] = [
      ['stale', authHeaders(sim, { timestamp: ago(20_000) }), expired],
      ['too far ahead', authHeaders(sim, { timestamp: ago(-60_000) }), expired],
      [
        'time in seconds',
        authHeaders(sim, { timestamp: String(Math.floor(Date.now() / 1_000)) }),
        wrongSignature,
      ],
      ['path without prefix', authHeaders(sim, { path: '/ws/v2' }), wrongSignature],
      ['not base64', { ...good, 'KALSHI-ACCESS-SIGNATURE': '!' }, wrongSignature],
      [
        'unknown key',
        { ...good, 'KALSHI-ACCESS-KEY': 'nobody' },
        {
          error: { code: 'authentication_error', message: 'authentication error', details: 'NOT_FOUND' },
        },
      ],
      [
        'no signature',
        without('KALSHI-ACCESS-SIGNATURE'),
        {
          error: { code: 'signature_is_missing_from_headers', message: 'signature is missing from headers' },
        },
      ],
      [
        'no key',
        without('KALSHI-ACCESS-KEY'),
        {
          error: { code: 'token_authentication_failure', message: 'token authentication failure' },
        },
      ],
    ]
    for (const [note, headers, body] of rows) {
      const socket = await upgrade(sim, headers)
      expect({ note, ...socket }).toEqual({ note, status: 401, body, date: expect.any(String) })
      const response = await fetch(`${sim.apiUrl}/exchange/status`, { headers })
      expect({ note, status: response.status, body: await response.json() }).toEqual({
        note,
        status: 401,
        body,
      })
    }
    expect((await upgrade(sim, {})).status).toBe(401)
    expect(sim.stats().connections).toMatchObject({ accepted: 0, refused: 9 })
    expect(sim.stats().rest).toMatchObject({ unauthorized: 8 })
  })

  test('the window for clocks that are off is fifteen seconds back and forty-five ahead', async () => {
    await using sim = await openSim()
    const status = async (ms: number) => (await upgrade(sim, authHeaders(sim, { timestamp: ago(ms) }))).status
    expect(await status(13_000)).toBe(101)
    expect(await status(-43_000)).toBe(101)
  })

  test('RSA signatures count only with PSS and a salt of 32 bytes', async () => {
    await using sim = await openSim({ keyType: 'rsa' })
    const timestamp = ago(0)
    const text = Buffer.from(`${timestamp}GET/trade-api/ws/v2`)
    const { RSA_PKCS1_PSS_PADDING: pss, RSA_PKCS1_PADDING: pkcs1 } = constants
    const key = sim.privateKeyPem
    for (const how of [
      { key, padding: pss, saltLength: 20 },
      { key, padding: pkcs1 },
    ]) {
      const headers = {
        ...authHeaders(sim, { timestamp }),
        'KALSHI-ACCESS-SIGNATURE': sign('sha256', text, how).toString('base64'),
      }
      expect(await upgrade(sim, headers)).toMatchObject({ status: 401, body: wrongSignature })
    }
  })

  test('a key has only so many connections; one more is refused with 429', async () => {
    await using sim = await openSim({ limits: { connectionsPerKey: 1 } })
    await using client = await ExchangeClient.connect(sim)
    const refused = await upgrade(sim, authHeaders(sim))
    expect(refused).toMatchObject({ status: 429, body: { error: 'too many requests' } })
    client.send('list_subscriptions')
    expect((await client.next()).type).toBe('ok')
  })

  test('signed reads draw on the budget of their key, unsigned ones on none', async () => {
    let nowMs = Date.now()
    await using sim = await openSim({ clock: () => nowMs, readBudget: { refillPerSecond: 20, capacity: 20 } })
    const path = '/trade-api/v2/exchange/status'
    const read = (headers: Record<string, string> = {}) => fetch(`${sim.apiUrl}/exchange/status`, { headers })
    const signed = () => read(authHeaders(sim, { path, timestamp: String(nowMs) }))
    expect([(await signed()).status, (await signed()).status]).toEqual([200, 200])
    const refused = await signed()
    expect([refused.status, await refused.json()]).toEqual([429, { error: 'too many requests' }])
    expect([...refused.headers.keys()].filter((name) => /retry|limit/.test(name))).toEqual([])
    expect((await read()).status).toBe(200)
    nowMs += 500
    expect((await signed()).status).toBe(200)
  })

  test('what belongs to an account is never told unsigned', async () => {
    await using sim = await openSim()
    expect((await fetch(`${sim.apiUrl}/portfolio/balance`)).status).toBe(401)
  })

  test('an exchange that cannot have its port says so and leaves nothing behind', async () => {
    await using sim = await openSim()
    await expect(startExchangeSim({ port: sim.port, rate: 0, markets: 1 })).rejects.toThrow('EADDRINUSE')
  })
})
