import { expect, test } from '@jest/globals'
import { callerOfClaims } from './jwt-claims.ts'

test.each([
  { note: 'words', scope: 'openid account', scopes: ['market', 'account'] },
  { note: 'a list', scope: ['admin', 'account', 7], scopes: ['market', 'account', 'admin'] },
  { note: 'none', scope: undefined, scopes: ['market'] },
  { note: 'a list of one text', scope: ['account admin'], scopes: ['market'] },
  { note: 'an object', scope: { account: true }, scopes: ['market'] },
  { note: 'no part of a word', scope: 'accounting,account', scopes: ['market'] },
])('scopes as $note', ({ scope, scopes }) => {
  expect(callerOfClaims({ sub: 'desk', exp: 100, scope }, 5_000)).toEqual({
    name: 'desk',
    scopes,
    holder: 'jwt:desk',
    expiresAtMs: 105_000,
  })
})

test.each([
  { note: 'no name', claims: { exp: 100 } },
  { note: 'an empty name', claims: { sub: '', exp: 100 } },
  { note: 'a name without end', claims: { sub: 'x'.repeat(129), exp: 100 } },
  { note: 'a number for a name', claims: { sub: 7, exp: 100 } },
  { note: 'no end', claims: { sub: 'desk' } },
  { note: 'a text for an end', claims: { sub: 'desk', exp: '100' } },
  { note: 'an end that is none', claims: { sub: 'desk', exp: Infinity } },
])('$note is nobody', ({ claims }) => {
  expect(callerOfClaims(claims, 0)).toBeUndefined()
})
