// The guards, on the repository itself: what they refuse stands nowhere in it.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { boundaryProblems } from '../lib/boundaries.mjs'
import { brokenLinks, houseProblems } from '../lib/house-rules.mjs'
import { staleFiles, unreadSettings } from '../lib/settings-docs.mjs'
import { loadSettings, root, toolEnv } from '../lib/workspace.mjs'

test('this repository has no setter in a service, and formats times in one place', () =>
  assert.deepEqual(houseProblems(root), []))

test('this repository imports nothing across a boundary', () => assert.deepEqual(boundaryProblems(root), []))

test('this repository names no file that is not there', () => assert.deepEqual(brokenLinks(root), []))

test('this repository reads every setting, and its pages say what the table says', async () => {
  const settings = await loadSettings()
  assert.ok(Object.keys(settings).length > 40)
  assert.deepEqual([...unreadSettings(root, settings), ...staleFiles(root, settings)], [])
})

test('this repository has no export, file or dependency that nobody uses', () => {
  const knip = join(root, 'node_modules/.bin/knip')
  const args = ['--no-progress', '--no-config-hints']
  const { status, stdout, stderr } = spawnSync(knip, args, { cwd: root, env: toolEnv, encoding: 'utf8' })
  assert.equal(status, 0, stdout + stderr)
})
