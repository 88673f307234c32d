import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { brokenLinks, houseProblems } from '../lib/house-rules.mjs'

/** What `check` says of a tree that consists of these files. */
function problemsOf(check, files) {
  const root = mkdtempSync(join(tmpdir(), 'whalecast-test-'))
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(root, dirname(path)), { recursive: true })
      writeFileSync(join(root, path), content)
    }
    for (const folder of ['packages/a', 'services/b', 'e2e']) {
      mkdirSync(join(root, folder), { recursive: true })
      writeFileSync(join(root, folder, 'package.json'), JSON.stringify({ name: `@whalecast/${folder}` }))
    }
    return check(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}

const refused = [
  ['services/b/src/x.ts', 'class X {\n  setTracker(tracker: T): void {\n  }\n}', ':2: a setter'],
  ['services/b/src/x.ts', 'class X {\n  set tracker(tracker: T) {\n  }\n}', ':2: a setter'],
  ['services/b/src/x.ts', 'class X {\n  setTracker = (tracker: T) => {\n  }\n}', ':2: a setter'],
  ['packages/a/src/x.ts', 'const t = new Date(ms).toISOString()', ':1: turns a time into text'],
  ['packages/a/src/x.ts', 'export const f = new Intl.DateTimeFormat()', ':1: turns a time into text'],
  ['services/b/src/x.ts', '\nprocess.exit(1)', ':2: process.exit'],
]
for (const [path, code, expected] of refused)
  test(`refuses ${code.trim().split('\n').slice(0, 2).at(-1).trim()} in ${path}`, () => {
    const problems = problemsOf(houseProblems, { [path]: code })
    assert.equal(problems.length, 1)
    assert.ok(problems[0].startsWith(path + expected), problems[0])
  })

const allowed = [
  ['packages/a/src/x.ts', '// new Date().toISOString() is not for us'],
  ['packages/a/src/x.test.ts', 'new Date(ms).toISOString()'],
  ['services/b/src/x.ts', 'setTimeout(() => {}, 1)\nsetInterval(tick, 5)'],
]
for (const [path, code] of allowed)
  test(`allows ${code} in ${path}`, () => {
    assert.deepEqual(problemsOf(houseProblems, { [path]: code }), [])
  })

test('documentation that names a file which is not there is refused', () => {
  const text =
    'See [the bus](packages/a/src/bus.ts), [x](https://x.y), `services/b/gone.ts` and `packages/a`.'
  assert.deepEqual(problemsOf(brokenLinks, { 'README.md': text, 'packages/a/src/bus.ts': '' }), [
    'README.md: no file services/b/gone.ts',
  ])
  assert.deepEqual(problemsOf(brokenLinks, { 'docs/a.md': '[up](../missing.md)' }), [
    'docs/a.md: no file ../missing.md',
  ])
})
