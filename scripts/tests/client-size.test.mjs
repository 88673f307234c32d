import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { bundleClient, bundleProblems, sizeNote } from '../lib/client-size.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[/\\]$/, '')

describe('the SDK in a browser', () => {
  test('is the code of the workspace and nothing else, small enough', async () => {
    const bundle = await bundleClient(root)
    assert.deepEqual(bundleProblems(bundle), [])
    assert.ok(
      bundle.files.includes('packages/socket/src/browser-transport.ts'),
      'the browser form is measured',
    )
    assert.match(bundle.text, /connectWhalecast/)
    assert.match(sizeNote(bundle), /^\d+\.\d\d of 10 KiB/)
  })

  test('schemas and what comes from outside are noticed', async () => {
    const problems = bundleProblems(await bundleClient(root, 'packages/events/src/feed.ts'))
    assert.ok(
      problems.some((problem) => problem.includes('node_modules')),
      problems.join('\n'),
    )
    assert.ok(problems.some((problem) => problem.includes('contains schemas: packages/events/src/feed.ts')))
  })

  test('a bundle that is too large is noticed', () => {
    const text = Array.from({ length: 40_000 }, (_, index) =>
      String.fromCharCode(33 + ((index * index) % 89)),
    ).join('')
    assert.match(bundleProblems({ text, files: [] }, 100)[0], /bytes, minified and gzipped; 100 are allowed/)
  })
})
