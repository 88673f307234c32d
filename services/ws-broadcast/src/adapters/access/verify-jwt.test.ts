import { beforeAll, describe, expect, test } from '@jest/globals'
import {
  exportJWK,
  exportSPKI,
  generateKeyPair,
  SignJWT,
  UnsecuredJWT,
  type JWK,
  type JWTPayload,
} from 'jose'
import { KeySet } from './key-set.ts'
import { importSecret, verifyJwt, type JwtRules } from './verify-jwt.ts'

const nowMs = 1_800_000_000_000
const nowSeconds = nowMs / 1_000
const bytes = (text: string) => new TextEncoder().encode(text)
const secretText = 'a secret of thirty-two bytes, at least'
const secret = bytes(secretText)
const key = await importSecret(secretText)
const claims = { sub: 'desk', scope: 'account', exp: nowSeconds + 600 }

const rules = (over: Partial<JwtRules> = {}): JwtRules => ({
  keys: { secrets: [key] },
  issuer: undefined,
  audience: undefined,
  toleranceMs: 5_000,
  now: () => nowMs,
  ...over,
})
const sign = (payload: JWTPayload, by: Uint8Array = secret, alg = 'HS256') =>
  new SignJWT(payload).setProtectedHeader({ alg }).sign(by)

describe('with a shared secret', () => {
  test('a good token is its owner, until its end and the tolerance', async () => {
    expect(await verifyJwt(await sign(claims), rules())).toEqual({
      ok: true,
      caller: {
        name: 'desk',
        scopes: ['market', 'account'],
        holder: 'jwt:desk',
        expiresAtMs: nowMs + 605_000,
      },
    })
  })

  test.each([
    { note: 'within the tolerance', payload: { ...claims, exp: nowSeconds - 4 }, reason: undefined },
    { note: 'over', payload: { ...claims, exp: nowSeconds - 6 }, reason: 'token_expired' },
    { note: 'not begun', payload: { ...claims, nbf: nowSeconds + 60 }, reason: 'token' },
    { note: 'without an end', payload: { sub: 'desk' }, reason: 'token' },
    { note: 'without a name', payload: { exp: claims.exp }, reason: 'token' },
    {
      note: 'of another issuer',
      payload: { ...claims, iss: 'else' },
      rule: { issuer: 'us' },
      reason: 'token',
    },
    { note: 'of no issuer', payload: claims, rule: { issuer: 'us' }, reason: 'token' },
    {
      note: 'for another service',
      payload: { ...claims, aud: 'else' },
      rule: { audience: 'us' },
      reason: 'token',
    },
    {
      note: 'for this one among others',
      payload: { ...claims, iss: 'us', aud: ['else', 'us'] },
      rule: { issuer: 'us', audience: 'us' },
      reason: undefined,
    },
  ])('$note', async ({ payload, rule, reason }) => {
    const identified = await verifyJwt(await sign(payload), rules(rule))
    expect(identified.ok ? undefined : identified.reason).toBe(reason)
  })

  test('the older secret still holds while both are configured, and no other does', async () => {
    const olderText = 'the secret of last year, also thirty-two'
    const older = bytes(olderText)
    const both = rules({ keys: { secrets: [key, await importSecret(olderText)] } })
    expect(await verifyJwt(await sign(claims, older), both)).toMatchObject({ ok: true })
    expect(await verifyJwt(await sign(claims, older), rules())).toEqual({ ok: false, reason: 'token' })
    expect(await verifyJwt(await sign(claims), rules({ keys: { secrets: [] } }))).toMatchObject({ ok: false })
  })

  test('no other algorithm is taken, and what is no token is none', async () => {
    const good = await sign(claims)
    const [header, payload, signature] = good.split('.')
    const forged = [
      new UnsecuredJWT(claims).encode(),
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`,
      `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.${signature}`,
      await sign(claims, bytes('x'.repeat(64)), 'HS512'),
      `${header}.${Buffer.from(JSON.stringify({ ...claims, scope: 'admin' })).toString('base64url')}.${signature}`,
      `${header}.${payload}.AAAA`,
      '..',
      'a.b.c',
      '',
      '\u0000.\uffff.🐋',
    ]
    for (const token of forged)
      expect(await verifyJwt(token, rules())).toEqual({ ok: false, reason: 'token' })
  })
})

describe('with the keys of an issuer', () => {
  let pair: Awaited<ReturnType<typeof generateKeyPair>>
  let jwk: JWK
  beforeAll(async () => {
    pair = await generateKeyPair('ES256', { extractable: true })
    jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256' }
  })
  const keySet = (keys: readonly JWK[]) =>
    new KeySet({ load: async () => ({ keys: [...keys] }), now: () => nowMs, onFailed: () => undefined })
  const signed = (header: { readonly alg: string; readonly kid?: string }) =>
    new SignJWT(claims).setProtectedHeader(header).sign(pair.privateKey)

  test('its token is its owner', async () => {
    const { keyFor } = keySet([jwk])
    const identified = await verifyJwt(
      await signed({ alg: 'ES256', kid: 'one' }),
      rules({ keys: { keyFor } }),
    )
    expect(identified).toMatchObject({ ok: true, caller: { name: 'desk' } })
  })

  test('a public key is never taken for a secret', async () => {
    const { keyFor } = keySet([jwk])
    const asSecret = bytes(await exportSPKI(pair.publicKey))
    const confused = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(asSecret)
    expect(await verifyJwt(confused, rules({ keys: { keyFor } }))).toEqual({ ok: false, reason: 'token' })
    expect(await verifyJwt(await sign(claims), rules({ keys: { keyFor } }))).toMatchObject({ ok: false })
    const none = new UnsecuredJWT(claims).encode()
    expect(await verifyJwt(none, rules({ keys: { keyFor } }))).toMatchObject({ ok: false })
  })

  test('another key of the same name opens nothing', async () => {
    const other = await generateKeyPair('ES256', { extractable: true })
    const { keyFor } = keySet([{ ...(await exportJWK(other.publicKey)), kid: 'one', alg: 'ES256' }])
    const identified = await verifyJwt(
      await signed({ alg: 'ES256', kid: 'one' }),
      rules({ keys: { keyFor } }),
    )
    expect(identified).toEqual({ ok: false, reason: 'token' })
  })

  test('without keys the answer is to try again', async () => {
    const { keyFor } = new KeySet({
      load: () => Promise.reject(new Error('away')),
      now: () => nowMs,
      onFailed: () => undefined,
    })
    const identified = await verifyJwt(
      await signed({ alg: 'ES256', kid: 'one' }),
      rules({ keys: { keyFor } }),
    )
    expect(identified).toEqual({ ok: false, reason: 'keys' })
  })
})
