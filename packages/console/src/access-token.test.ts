import { expect, test } from '@jest/globals'
import { accessToken } from './access-token.ts'

function page(hash: string, kept: string | null = null) {
  const seen = { address: '/?a=1' + hash, kept }
  return {
    seen,
    location: { hash, pathname: '/', search: '?a=1' },
    history: { replaceState: (_data: unknown, _unused: string, url: string) => void (seen.address = url) },
    sessionStorage: {
      getItem: () => seen.kept,
      setItem: (_key: string, value: string) => void (seen.kept = value),
    },
  }
}

test('a token leaves the address bar and is kept for the tab', () => {
  const given = page('#token=se%2Bcret')
  expect(accessToken(given)).toBe('se+cret')
  expect(given.seen).toEqual({ address: '/?a=1', kept: 'se+cret' })
})

test('a reload has the token that the tab was given; a new one replaces it', () => {
  expect(accessToken(page('', 'old'))).toBe('old')
  expect(accessToken(page('#token=new', 'old'))).toBe('new')
})

test.each(['', '#', '#token=', '#other=1'])('without one there is none, and %p stays as it is', (hash) => {
  const plain = page(hash)
  expect(accessToken(plain)).toBeUndefined()
  expect(plain.seen.address).toBe('/?a=1' + hash)
})
