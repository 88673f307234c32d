import { beforeAll, expect, test } from '@jest/globals'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { KeySet } from './key-set.ts'

let one: JWK
let two: JWK
let secret: JWK
beforeAll(async () => {
  const [first, second] = [
    await generateKeyPair('ES256', { extractable: true }),
    await generateKeyPair('ES256'),
  ]
  one = { ...(await exportJWK(first.publicKey)), kid: 'one', alg: 'ES256' }
  two = { ...(await exportJWK(second.publicKey)), kid: 'two', alg: 'ES256' }
  secret = { ...(await exportJWK(first.privateKey)), kid: 'one', alg: 'ES256' }
})

/** Keys that the test publishes, withdraws, and makes unreachable. */
function setUp(published: readonly JWK[]) {
  const place = { keys: published, reads: 0, away: false, nowMs: 0, failures: [] as unknown[] }
  const set = new KeySet({
    load: async () => {
      place.reads += 1
      if (place.away) throw new Error('away')
      return { keys: [...place.keys] }
    },
    now: () => place.nowMs,
    onFailed: (error) => place.failures.push(error),
  })
  const ask = async (kid: string) => {
    try {
      await set.keyFor({ alg: 'ES256', kid }, { payload: '', signature: '' })
      return 'known'
    } catch (error) {
      return error instanceof Error ? error.name : 'thrown'
    }
  }
  return { place, set, ask }
}

test('a key that is new is found without waiting for the next round, but not by asking all the time', async () => {
  const { place, set, ask } = setUp([one])
  await set.refresh()
  place.keys = [one, two]
  expect([await ask('one'), await ask('two'), place.reads]).toEqual(['known', 'JWKSNoMatchingKey', 1])
  place.nowMs = 30_000
  expect([await ask('two'), place.reads]).toEqual(['known', 2])
  for (let index = 0; index < 10; index++) expect(await ask(`none-${index}`)).toBe('JWKSNoMatchingKey')
  expect(place.reads).toBe(2)
})

test('many who ask at once wait for one answer', async () => {
  const { place, ask } = setUp([one])
  expect(await Promise.all(['one', 'one', 'one'].map(ask))).toEqual(['known', 'known', 'known'])
  expect(place.reads).toBe(1)
})

test('an issuer that is away changes nothing for keys that are known; one that withdraws a key is heard', async () => {
  const { place, set, ask } = setUp([one, two])
  await set.refresh()
  place.away = true
  await set.refresh()
  expect([await ask('one'), place.failures.length]).toEqual(['known', 1])
  place.away = false
  place.keys = [two]
  await set.refresh()
  expect([await ask('one'), await ask('two')]).toEqual(['JWKSNoMatchingKey', 'known'])
})

test('before the first answer there is nothing to say, and it is asked again after a while', async () => {
  const { place, set, ask } = setUp([one])
  place.away = true
  expect([await ask('one'), set.known]).toEqual(['KeysUnavailable', false])
  place.away = false
  expect([await ask('one'), place.reads]).toEqual(['KeysUnavailable', 1])
  place.nowMs = 30_000
  expect([await ask('one'), set.known]).toEqual(['known', true])
})

test('what holds a private or a shared key, or is no set, is not used', async () => {
  for (const keys of [[one, secret], [{ kty: 'oct', k: 'c2VjcmV0' }]]) {
    const { set, place } = setUp(keys)
    await set.refresh()
    expect([set.known, place.failures.length]).toEqual([false, 1])
  }
  let failures = 0
  const set = new KeySet({
    load: async () => JSON.parse('{"keys":"none"}'),
    now: () => 0,
    onFailed: () => (failures += 1),
  })
  await set.refresh()
  expect([set.known, failures]).toEqual([false, 1])
})
