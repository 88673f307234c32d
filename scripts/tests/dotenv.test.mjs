import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDotenv } from '../lib/dotenv.mjs'

const rows = [
  { note: 'plain', text: 'A=1', found: { A: '1' } },
  { note: 'spaces, export', text: ' export A = one two ', found: { A: 'one two' } },
  { note: 'comments and empty lines', text: '# no\n\nA=1 # why\r\nB=a#b', found: { A: '1', B: 'a#b' } },
  { note: 'quotes', text: `A="x # y"\nB='z' # why\nC="a\\nb"`, found: { A: 'x # y', B: 'z', C: 'a\nb' } },
  { note: 'empty', text: 'A=\nB= # nothing', found: { A: '', B: '' } },
  { note: 'equal signs in the value', text: 'A=b=c', found: { A: 'b=c' } },
]

for (const { note, text, found } of rows)
  test(`an env file: ${note}`, () => assert.deepEqual(parseDotenv(text), found))

test('a line that sets nothing is named', () =>
  assert.throws(() => parseDotenv('A=1\nnonsense'), /\.env, line 2: expected NAME=value/))
