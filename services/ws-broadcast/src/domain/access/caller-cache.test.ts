import { expect, test } from '@jest/globals'
import { CallerCache } from './caller-cache.ts'

const caller = (name: string, expiresAtMs = 1_000_000) => ({ name, scopes: [], expiresAtMs })

test('an answer holds until the token ends, and never longer than the cache remembers', () => {
  const cache = new CallerCache({ capacity: 10, maxAgeMs: 1_000 })
  cache.set('short', caller('short', 500), 0)
  cache.set('long', caller('long'), 0)
  expect(cache.get('short', 499)?.name).toBe('short')
  expect(cache.get('short', 500)).toBeUndefined()
  expect(cache.get('long', 999)?.name).toBe('long')
  expect(cache.get('long', 1_000)).toBeUndefined()
  expect(cache.size).toBe(0)
})

test('no more are remembered than there is room for, and those in use stay', () => {
  const cache = new CallerCache({ capacity: 2, maxAgeMs: 1_000 })
  cache.set('a', caller('a'), 0)
  cache.set('b', caller('b'), 0)
  cache.get('a', 1)
  cache.set('c', caller('c'), 1)
  expect([cache.get('a', 2)?.name, cache.get('b', 2)?.name, cache.get('c', 2)?.name]).toEqual([
    'a',
    undefined,
    'c',
  ])
  expect(cache.size).toBe(2)
})
