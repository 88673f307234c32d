import { expect, test } from '@jest/globals'
import type { Identified } from '../../domain/access/access.ts'
import { hashOf, identifyToken } from './identify-token.ts'

const desk = { name: 'desk', hash: hashOf('d'), scopes: ['market', 'account'] as const }
const anna: Identified = { ok: true, caller: { name: 'anna', scopes: ['market'], expiresAtMs: 1_000 } }

test('a configured token is found by its hash, and its connections are counted under its name', async () => {
  const identify = identifyToken({ tokens: [desk], verify: undefined, now: () => 0 })
  expect(await identify('d')).toEqual({
    ok: true,
    caller: { name: 'desk', scopes: ['market', 'account'], holder: 'token:desk' },
  })
  for (const token of ['', 'D', 'a.b.c', 'x'.repeat(5_000)])
    expect(await identify(token)).toEqual({ ok: false, reason: 'token' })
})

test('a signature is checked once for all who show it, and again only when the token has ended', async () => {
  let checks = 0
  let nowMs = 0
  const verify = async () => {
    checks += 1
    return nowMs < 1_000 ? anna : ({ ok: false, reason: 'token_expired' } as const)
  }
  const identify = identifyToken({ tokens: [desk], verify, now: () => nowMs })
  const crowd = await Promise.all(Array.from({ length: 5_000 }, () => identify('a.b.c')))
  expect(crowd.every(({ ok }) => ok)).toBe(true)
  expect(await identify('a.b.c')).toEqual(crowd[0])
  expect(checks).toBe(1)
  nowMs = 1_000
  expect(await identify('a.b.c')).toEqual({ ok: false, reason: 'token_expired' })
  expect(checks).toBe(2)
})

test('what opens nothing is not remembered, and what is no token is not even checked', async () => {
  let checks = 0
  const verify = async (): Promise<Identified> => {
    checks += 1
    return { ok: false, reason: 'keys' }
  }
  const identify = identifyToken({ tokens: [], verify, now: () => 0 })
  for (let index = 0; index < 3; index++) await identify('a.b.c')
  expect(checks).toBe(3)
  for (const token of ['', 'plain', 'a.b', 'a.b.c.d', `${'x'.repeat(4_091)}.aaa.b`]) await identify(token)
  expect(checks).toBe(3)
})
