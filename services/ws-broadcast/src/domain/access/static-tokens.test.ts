import { expect, test } from '@jest/globals'
import { parseStaticTokens } from './static-tokens.ts'

const hash = 'ab'.repeat(32)

test('a token has a name, a hash and scopes; everybody may see the market', () => {
  expect(parseStaticTokens([`desk:${hash}:account`, `ops.1:${hash.toUpperCase()}:admin+account`])).toEqual([
    { name: 'desk', hash: Buffer.from(hash, 'hex'), scopes: ['market', 'account'] },
    { name: 'ops.1', hash: Buffer.from(hash, 'hex'), scopes: ['market', 'account', 'admin'] },
  ])
})

test.each([
  { note: 'the token itself', entry: 'desk:secret:account', error: 'entry 1 is not name:sha256' },
  { note: 'a short hash', entry: `desk:${hash.slice(2)}:account`, error: 'entry 1 is not' },
  { note: 'no scope', entry: `desk:${hash}:`, error: 'entry 1 is not' },
  { note: 'a scope that is none', entry: `desk:${hash}:account+root`, error: 'entry 1 (desk): scopes are' },
])('$note is refused without being repeated', ({ entry, error }) => {
  expect(() => parseStaticTokens([entry])).toThrow(error)
  expect(() => parseStaticTokens([entry])).not.toThrow(/secret|abab/)
})

test('two tokens of one name are refused', () => {
  expect(() => parseStaticTokens([`a:${hash}:admin`, `a:${hash}:account`])).toThrow('two tokens named a')
})
