import { expect, test } from '@jest/globals'
import { parseConfig } from './config.ts'

const jwt = (env: Readonly<Record<string, string>>) => parseConfig(env).access.jwt
const anywhere = { WHALECAST_HTTP_HOST: '0.0.0.0' }
const secret = { WHALECAST_JWT_SECRET: 'kJ8vQ2nX5mB9tR4wZ7cF1hL6pD3sG0yA' }
const issuer = { WHALECAST_JWKS_URL: 'https://id.example/jwks.json' }
const audience = { WHALECAST_JWT_AUDIENCE: 'whalecast' }

test('without any of it there are no signed tokens', () => {
  expect(jwt({})).toBeUndefined()
  expect(jwt(anywhere)).toBeUndefined()
})

test.each([
  { note: 'a secret', env: secret, source: { secret: secret.WHALECAST_JWT_SECRET } },
  {
    note: 'a secret, anywhere',
    env: { ...secret, ...anywhere },
    source: { secret: secret.WHALECAST_JWT_SECRET },
  },
  { note: 'a file of secrets', env: { WHALECAST_JWT_SECRET_FILE: '/s' }, source: { secretFile: '/s' } },
  { note: 'an issuer', env: issuer, source: { jwksUrl: issuer.WHALECAST_JWKS_URL } },
  {
    note: 'an issuer, anywhere',
    env: { ...issuer, ...audience, ...anywhere },
    source: { jwksUrl: issuer.WHALECAST_JWKS_URL },
  },
  {
    note: 'an issuer on this machine',
    env: { WHALECAST_JWKS_URL: 'http://127.0.0.1:1/j' },
    source: { jwksUrl: 'http://127.0.0.1:1/j' },
  },
  { note: 'a file of keys', env: { WHALECAST_JWKS_FILE: '/k' }, source: { jwksFile: '/k' } },
])('$note', ({ env, source }) => {
  expect(jwt(env)).toMatchObject({ source, toleranceMs: 5_000 })
})

test.each([
  { note: 'two sources', env: { ...secret, ...issuer }, problem: 'tokens are checked with one of them' },
  { note: 'an audience and no keys', env: audience, problem: 'nothing checks tokens' },
  { note: 'keys over plain http', env: { WHALECAST_JWKS_URL: 'http://id.example/j' }, problem: 'use https' },
  {
    note: 'anybody’s tokens of an issuer, anywhere',
    env: { ...issuer, ...anywhere },
    problem: 'WHALECAST_JWT_AUDIENCE',
  },
  {
    note: 'the same with a file',
    env: { WHALECAST_JWKS_FILE: '/k', ...anywhere },
    problem: 'WHALECAST_JWT_AUDIENCE',
  },
  {
    note: 'the same behind a proxy',
    env: { ...issuer, WHALECAST_TRUSTED_PROXIES: '::1' },
    problem: 'WHALECAST_JWT_AUDIENCE',
  },
  { note: 'a short secret', env: { WHALECAST_JWT_SECRET: 'swordfish' }, problem: 'can be guessed' },
  {
    note: 'a poor secret, anywhere',
    env: { WHALECAST_JWT_SECRET: 'ab'.repeat(20), ...anywhere },
    problem: '2 different',
  },
])('$note: the start refuses, and says why', ({ env, problem }) => {
  expect(() => jwt(env)).toThrow(problem)
  expect(() => jwt(env)).not.toThrow(/kJ8vQ2|swordfish|abab/)
})

test('everything that is wrong is said at once', () => {
  const env = {
    WHALECAST_ALLOWED_ORIGINS: '*',
    WHALECAST_TOKENS: 'desk:secret:account',
    WHALECAST_TRUSTED_PROXIES: '0.0.0.0/0',
    WHALECAST_JWT_AUDIENCE: 'whalecast',
  }
  for (const name of Object.keys(env)) expect(() => parseConfig(env)).toThrow(name)
})
