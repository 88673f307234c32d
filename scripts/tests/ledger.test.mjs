import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { ledgerPath, ledgerProblems } from '../lib/ledger.mjs'
import { testNames } from '../lib/test-names.mjs'

test('the ledger of the predecessor is complete, and every test it names exists', async () => {
  assert.deepEqual(await ledgerProblems(fileURLToPath(new URL('../..', import.meta.url))), [])
})

const testFile = 'packages/a/src/a.test.ts'
const source = `
describe('the bus', () => {
  test('keeps order', () => {})
  test.each([1])('takes $note', () => {})
  test('closes', () => {})
})
describe('the queue', () => {
  test('closes', () => {})
})
`
const proof = `\`${testFile}\` › the bus › keeps order`
const pad = (number) => String(number).padStart(2, '0')
const complete = [
  ...Array.from({ length: 31 }, (_, index) => [`MB-${pad(index + 1)}`, 'was', 'is', proof]),
  ...Array.from({ length: 48 }, (_, index) => [`X-${pad(index + 1)}`, 'was', 'is', proof]),
  ...Array.from({ length: 60 }, (_, index) => [`${index + 1}`, 'feature', proof]),
]
const heads = ['| id | defect | instead | test |', '| --- | :-- | --- | --- |']
const render = (rows) => [...heads, ...rows.map((cells) => `| ${cells.join(' | ')} |`)].join('\n')

/** What the check says of a ledger of these rows, next to the one file of tests. */
async function problemsOf(rows) {
  const root = mkdtempSync(join(tmpdir(), 'whalecast-test-'))
  try {
    for (const [path, text] of [
      [ledgerPath, render(rows)],
      [testFile, source],
      ['packages/a/src/a.ts', 'export const a = 1\n'],
    ]) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return await ledgerProblems(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}

const withProof = (entry) => complete.map((row) => (row[0] === 'X-02' ? row.with(3, entry) : row))
const changed = (id, change) => complete.flatMap((row) => (row[0] === id ? change(row) : [row]))

describe('the check of the ledger', () => {
  test('is content with a complete one', async () => {
    assert.deepEqual(await problemsOf(complete), [])
    const several = `${proof}<br>\`${testFile}\` › takes $note<br>\`${testFile}\` › the queue › closes`
    assert.deepEqual(await problemsOf(withProof(several)), [])
  })

  const refused = [
    { what: 'a defect that is missing', rows: changed('MB-31', () => []), problem: /: MB-31 is missing$/ },
    { what: 'a feature that is missing', rows: changed('60', () => []), problem: /: 60 is missing$/ },
    {
      what: 'a row that stands there twice',
      rows: changed('7', (row) => [row, row]),
      problem: /: 7: stands there twice$/,
    },
    {
      what: 'a row of an unknown id',
      rows: [...complete, ['X-49', 'was', 'is', proof]],
      problem: /: X-49: no such row$/,
    },
    {
      what: 'an empty cell',
      rows: changed('X-01', (row) => [row.with(2, '')]),
      problem: /: X-01: an empty cell$/,
    },
    {
      what: 'a cell of a dash',
      rows: changed('X-01', (row) => [row.with(1, '–')]),
      problem: /: X-01: an empty cell$/,
    },
    {
      what: 'a row without its last cell',
      rows: changed('X-01', (row) => [row.toSpliced(2, 1)]),
      problem: /: X-01: 3 cells instead of 4$/,
    },
    { what: 'a proof in words', rows: withProof('looked at by hand'), problem: /: X-02: not of the form/ },
    {
      what: 'a file that is not there',
      rows: withProof('`packages/a/src/b.test.ts` › x'),
      problem: /: X-02: no file packages\/a/,
    },
    {
      what: 'a file without tests',
      rows: withProof('`packages/a/src/a.ts` › keeps order'),
      problem: /: X-02: not a file of tests/,
    },
    {
      what: 'a test that is not there',
      rows: withProof(`\`${testFile}\` › keeps orders`),
      problem: /: X-02: no test in .* is called: keeps/,
    },
    {
      what: 'another describe',
      rows: withProof(`\`${testFile}\` › the queue › keeps order`),
      problem: /: X-02: no test in /,
    },
    {
      what: 'a describe alone',
      rows: withProof(`\`${testFile}\` › the bus`),
      problem: /: X-02: no test in /,
    },
    {
      what: 'a name of two tests',
      rows: withProof(`\`${testFile}\` › closes`),
      problem: /: X-02: several tests in /,
    },
    {
      what: 'one bad proof among good ones',
      rows: withProof(`${proof}<br>\`${testFile}\` › gone`),
      problem: /: X-02: no test in /,
    },
  ]
  for (const { what, rows, problem } of refused)
    test(`refuses ${what}`, async () => {
      const problems = await problemsOf(rows)
      assert.equal(problems.length, 1, problems.join('\n'))
      assert.match(problems[0], problem)
    })
})

const declared = [
  {
    what: 'a test under its describes',
    text: `describe('a', () => { describe('b', () => { test('c', f) }) })`,
    expected: ['a › b › c'],
  },
  {
    what: 'a table',
    text: `test.each([['x']])('%s', f); describe.each(rows)('$note', () => { test('c', f) })`,
    expected: ['%s', '$note › c'],
  },
  {
    what: 'a template',
    text: 'for (const x of xs) test(`${x} of ${xs.length}`, f)',
    expected: ['${x} of ${…}'],
  },
  {
    what: 'what runs under a condition',
    text: `test('a', { skip: !program && 'no program' }, f)`,
    expected: ['a'],
  },
  { what: 'no comment', text: `// test('a', f)\nconst text = "test('b', f)"`, expected: [] },
  {
    what: 'nothing that is skipped',
    text: `test.skip('a', f); describe.skip('b', () => { test('c', f) }); test.todo('d')`,
    expected: [],
  },
  {
    what: 'nothing that its options skip',
    text: `test('a', { skip: true }, f); test('b', { todo: 'later' }, f)`,
    expected: [],
  },
  {
    what: 'no call of another name',
    text: `attest('a', f); it.concurrent.skip.each([1])('b', f)`,
    expected: [],
  },
]
for (const { what, text, expected } of declared)
  test(`among the tests of a file is ${what}`, async () => {
    const names = await testNames(text)
    assert.deepEqual(
      names.map((name) => name.join(' › ')),
      expected,
    )
  })
