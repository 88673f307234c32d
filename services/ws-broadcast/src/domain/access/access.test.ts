import { expect, test } from '@jest/globals'
import { Access, type Asker } from './access.ts'

const asker = (over: Partial<Asker> = {}): Asker => ({
  address: '127.0.0.1',
  host: '127.0.0.1:8080',
  origin: undefined,
  authorization: undefined,
  forwarded: false,
  ...over,
})
const desk = { name: 'desk', scopes: ['market', 'account'] as const }
const everyone = { name: 'anonymous', scopes: ['market'] }
const open = (trustsLoopback: boolean) =>
  new Access({
    trustsLoopback,
    find: async (token) => (token === 'secret' ? { ok: true, caller: desk } : { ok: false, reason: 'token' }),
  })

test.each([
  { note: 'a program on this machine', over: {}, name: 'local' },
  { note: 'over IPv6', over: { address: '::1', host: '[::1]:8080' }, name: 'local' },
  { note: 'over IPv4 in IPv6', over: { address: '::ffff:127.0.0.1', host: 'localhost' }, name: 'local' },
  { note: 'the own console', over: { origin: 'http://127.0.0.1:8080' }, name: 'local' },
  { note: 'from elsewhere', over: { address: '10.0.0.7' }, name: 'anonymous' },
  { note: 'no address', over: { address: undefined }, name: 'anonymous' },
  { note: 'a page of an allowed site', over: { origin: 'https://desk.example' }, name: 'anonymous' },
  { note: 'a page without a site', over: { origin: 'null' }, name: 'anonymous' },
  { note: 'an allowed name', over: { host: 'desk.example' }, name: 'anonymous' },
  { note: 'through a proxy of this machine', over: { forwarded: true }, name: 'anonymous' },
])('on loopback without tokens, $note is $name', async ({ over, name }) => {
  expect(await open(true).caller(asker(over))).toMatchObject({ ok: true, caller: { name } })
})

test.each([
  { note: 'no token', authorization: undefined, expected: { ok: true, caller: everyone } },
  { note: 'the token', authorization: 'Bearer secret', expected: { ok: true, caller: desk } },
  { note: 'in small letters', authorization: 'bearer secret', expected: { ok: true, caller: desk } },
  { note: 'another token', authorization: 'Bearer other', expected: { ok: false, reason: 'token' } },
  {
    note: 'what is no token of ours',
    authorization: 'Basic c2VjcmV0',
    expected: { ok: true, caller: everyone },
  },
])('elsewhere: $note', async ({ authorization, expected }) => {
  expect(await open(false).caller(asker({ authorization }))).toEqual(expected)
})
