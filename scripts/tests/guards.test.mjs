// The guards that are other people's programs: with our configuration, each of them refuses what it should.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const bin = (name) => join(root, 'node_modules/.bin', name)
let tree

const write = (files) => {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(tree, dirname(path)), { recursive: true })
    writeFileSync(join(tree, path), content)
  }
}
const run = (command, ...args) => {
  const { status, stdout, stderr } = spawnSync(bin(command), args, { cwd: tree, encoding: 'utf8' })
  return { status, output: stdout + stderr }
}

before(() => {
  tree = mkdtempSync(join(tmpdir(), 'whalecast-test-'))
  for (const file of ['.oxlintrc.json', '.oxfmtrc.json', 'knip.json', 'tsconfig.base.json'])
    cpSync(join(root, file), join(tree, file))
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'))
})
after(() => rmSync(tree, { recursive: true }))

const clean = {
  'package.json': '{"name":"whalecast","private":true,"type":"module"}\n',
  'pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
  'packages/a/package.json':
    '{"name":"@whalecast/a","type":"module","exports":{".":{"source":"./src/index.ts","default":"./dist/index.js"}}}\n',
  'packages/a/tsconfig.json':
    '{"extends":"../../tsconfig.base.json","compilerOptions":{"noEmit":true},"include":["src"]}\n',
  'packages/a/src/index.ts': `export { one } from './one.ts'\n`,
  'packages/a/src/one.ts': 'export const one = (): number => 1\n',
}

describe('the linter', () => {
  const lint = (content, others = {}) => {
    write({ ...clean, ...others, 'packages/a/src/one.ts': content })
    return run('oxlint', '--type-aware', '--deny-warnings', 'packages')
  }

  test('is content with clean code', () => {
    const { status, output } = lint(clean['packages/a/src/one.ts'])
    assert.equal(status, 0, output)
  })

  const refused = [
    [
      'a promise that nobody waits for',
      'export const one = () => { Promise.resolve(1) }\n',
      'no-floating-promises',
    ],
    ['any', 'export const one = (x: any): number => Number(x)\n', 'no-explicit-any'],
    ['console', `export const one = () => console.log('x')\n`, 'no-console'],
    [
      'five parameters',
      'export const one = (a = 1, b = 1, c = 1, d = 1, e = 1) => a + b + c + d + e\n',
      'max-params',
    ],
    ['a file that is too long', `${'export {}\n'.repeat(401)}export const one = 1\n`, 'max-lines'],
    [
      'a switch that forgets a case',
      `export const one = (x: 'a' | 'b'): void => { switch (x) { case 'a': break } }\n`,
      'switch-exhaustiveness-check',
    ],
  ]
  for (const [what, content, rule] of refused)
    test(`refuses ${what}`, () => {
      const { status, output } = lint(content)
      assert.notEqual(status, 0)
      assert.match(output, new RegExp(rule))
    })

  test('refuses files that import each other in a circle', () => {
    const { status, output } = lint(`import { two } from './two.ts'\nexport const one = () => two\n`, {
      'packages/a/src/two.ts': `import { one } from './one.ts'\nexport const two = () => one\n`,
    })
    rmSync(join(tree, 'packages/a/src/two.ts'))
    assert.notEqual(status, 0)
    assert.match(output, /no-cycle/)
  })
})

describe('the formatter', () => {
  test('refuses what is laid out otherwise', () => {
    write({ 'packages/a/src/one.ts': 'export const one = 1\n' })
    assert.equal(run('oxfmt', '--check', 'packages/a/src').status, 0)
    write({ 'packages/a/src/one.ts': 'export  const one = 1;\n' })
    assert.notEqual(run('oxfmt', '--check', 'packages/a/src').status, 0)
  })
})

describe('the search for dead code', () => {
  const knip = (files) => {
    write({ ...clean, ...files })
    return run('knip', '--no-progress', '--no-config-hints')
  }

  test('is content when everything is used', () => {
    const { status, output } = knip({})
    assert.equal(status, 0, output)
  })

  test('refuses an export that nobody uses', () => {
    const { status, output } = knip({
      'packages/a/src/one.ts': 'export const one = 1\nexport const dead = 2\n',
    })
    assert.notEqual(status, 0)
    assert.match(output, /dead/)
  })

  test('refuses a file that nobody imports, and a dependency that nobody uses', () => {
    const { status, output } = knip({
      'packages/a/src/alone.ts': 'export const alone = 1\n',
      'packages/a/package.json': clean['packages/a/package.json'].replace(
        '"type"',
        '"dependencies":{"ws":"1"},"type"',
      ),
    })
    assert.notEqual(status, 0)
    assert.match(output, /alone\.ts[\s\S]*ws/)
  })
})
