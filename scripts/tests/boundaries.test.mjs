import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { boundaryProblems } from '../lib/boundaries.mjs'
import { importsOf } from '../lib/source-files.mjs'

/** Problems of a workspace that consists of these files; each package gets an empty manifest unless given. */
function problemsOf(files) {
  const root = mkdtempSync(join(tmpdir(), 'whalecast-test-'))
  try {
    for (const [path, content] of Object.entries(files)) {
      const folder = /^((?:packages|services)\/[^/]+|e2e)\//.exec(path)[1]
      const manifest = join(root, folder, 'package.json')
      mkdirSync(join(root, dirname(path)), { recursive: true })
      if (!files[`${folder}/package.json`])
        writeFileSync(manifest, JSON.stringify({ name: `@whalecast/${folder.split('/').at(-1)}` }))
      writeFileSync(join(root, path), content)
    }
    return boundaryProblems(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}

const allowed = [
  ['packages/bus/src/a.ts', `import { x } from '@whalecast/events'`],
  ['packages/client/src/a.ts', `import type { Trade } from '@whalecast/events'`],
  ['packages/client/src/a.ts', `import { type Trade, type Whale } from '@whalecast/events'`],
  ['packages/client/src/a.ts', `import { closeCodes } from '@whalecast/events/wire'`],
  ['packages/client/src/a.test.ts', `import { tradeSchema } from '@whalecast/events'`],
  ['packages/kalshi/tests/a.test.ts', `import { startExchangeSim } from '@whalecast/exchange-sim'`],
  ['packages/bus/tests/a.test.ts', `import { createMemoryBus } from '@whalecast/bus'`],
  ['packages/bench/src/a.ts', `import { x } from '@whalecast/whale-tracker/domain'`],
  ['packages/bus/src/a.ts', `// import { x } from '@whalecast/runtime'`],
  ['packages/bus/jest.config.mjs', `import { jestConfig } from '../../jest.config.base.mjs'`],
  [
    'services/ingest/src/domain/a.ts',
    `import { b } from './b.ts'\nimport type { Bus } from '@whalecast/bus'`,
  ],
  ['services/ingest/src/domain/a.ts', `export const at = (date: number) => new Date(date)`],
  ['services/ingest/src/domain/a.test.ts', `import { readFileSync } from 'node:fs'\nDate.now()`],
  ['packages/runtime/src/a.ts', `export const env = process.env`],
]
const refused = [
  [
    'packages/events/src/a.ts',
    `import { x } from '@whalecast/runtime'`,
    /events\/src\/a\.ts:1: imports @whalecast\/runtime/,
  ],
  ['packages/bus/src/a.ts', `export { x } from '@whalecast/runtime'`, /imports @whalecast\/runtime/],
  ['packages/bus/src/a.ts', `\n\nimport {\n  x,\n} from '@whalecast/runtime'`, /a\.ts:3: imports/],
  ['packages/bus/src/a.ts', `const x = await import('@whalecast/runtime')`, /imports @whalecast\/runtime/],
  ['packages/client/src/a.ts', `import { tradeSchema } from '@whalecast/events'`, /for more than its types/],
  [
    'packages/client/src/a.ts',
    `import { type Trade, tradeSchema } from '@whalecast/events'`,
    /for more than its types/,
  ],
  [
    'packages/console/src/a.tsx',
    `import type { Trade } from '@whalecast/events'`,
    /imports @whalecast\/events/,
  ],
  [
    'packages/exchange-sim/tests/a.test.ts',
    `import { parseFrame } from '@whalecast/kalshi'`,
    /imports @whalecast\/kalshi/,
  ],
  [
    'services/ingest/src/a.ts',
    `import { x } from '@whalecast/whale-tracker'`,
    /imports @whalecast\/whale-tracker/,
  ],
  ['services/ingest/src/a.ts', `import { x } from '@whalecast/testkit'`, /imports @whalecast\/testkit/],
  ['services/ingest/src/a.ts', `import { x } from '../../whale-tracker/src/b.ts'`, /lies in another package/],
  ['packages/unheard-of/src/a.ts', `import { x } from '@whalecast/events'`, /stands in no row/],
  [
    'services/ingest/src/domain/a.ts',
    `import { readFile } from 'node:fs/promises'`,
    /domain imports node:fs/,
  ],
  [
    'services/ingest/src/domain/a.ts',
    `import { connectRedisBus } from '@whalecast/bus'`,
    /domain imports @whalecast\/bus/,
  ],
  ['services/ingest/src/domain/a.ts', `import { x } from '../adapters/b.ts'`, /which is no domain file/],
  ['services/ingest/src/domain/a.ts', `const now = Date.now()`, /domain reads the clock/],
  ['services/ingest/src/domain/a.ts', `const now = new Date()`, /domain reads the clock/],
  ['services/ingest/src/domain/a.ts', `\nsetTimeout(run, 5)`, /a\.ts:2: domain starts a timer/],
  ['services/ingest/src/domain/a.ts', `const luck = Math.random()`, /domain rolls dice/],
  ['services/ingest/src/domain/a.ts', `console.log(1)`, /domain writes to the console/],
  ['services/ingest/src/a.ts', `const url = process.env.REDIS_URL`, /reads process\.env/],
  [
    'packages/bus/package.json',
    `{"name":"@whalecast/bus","dependencies":{"@whalecast/runtime":"*"}}`,
    /dependencies name/,
  ],
  [
    'services/ingest/package.json',
    `{"name":"@whalecast/ingest","devDependencies":{"@whalecast/client":"*"}}`,
    /may not import/,
  ],
]

describe('the boundaries', () => {
  for (const [path, content] of allowed)
    test(`allow ${path}: ${content}`, () => assert.deepEqual(problemsOf({ [path]: content }), []))

  for (const [path, content, problem] of refused)
    test(`refuse ${path}: ${content}`, () => {
      const problems = problemsOf({ [path]: content })
      assert.ok(
        problems.some((one) => problem.test(one)),
        `${problem} is not among:\n${problems.join('\n')}`,
      )
    })

  test('refuse packages that import each other in a circle', () => {
    const manifest = (name, other) => JSON.stringify({ name, dependencies: { [other]: '*' } })
    const problems = problemsOf({
      'packages/bench/package.json': manifest('@whalecast/bench', '@whalecast/e2e'),
      'e2e/package.json': manifest('@whalecast/e2e', '@whalecast/bench'),
    })
    assert.match(problems[0], /in a circle: @whalecast\/bench → @whalecast\/e2e → @whalecast\/bench/)
  })
})

test('imports are found in every form, and not in strings that quote them badly', () => {
  const text = `import a, { type B } from 'a'
import type C from "c"
import 'd'
export * from './e.ts'
export type { F } from 'f'
/* import x from 'no' */ const s = 'it // is'; import g from 'g'
`
  assert.deepEqual(
    importsOf(text).map(({ from, typeOnly, line }) => `${line} ${from}${typeOnly ? ' types' : ''}`),
    ['1 a', '2 c types', '3 d', '4 ./e.ts', '5 f types', '6 g'],
  )
})
