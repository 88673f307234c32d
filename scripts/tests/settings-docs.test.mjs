import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import {
  envExample,
  settingsPage,
  staleFiles,
  unreadSettings,
  writeGenerated,
} from '../lib/settings-docs.mjs'

const settings = {
  WHALE_QUEUE_SIZE: { default: 10, meaning: 'how many', usedBy: ['whale-tracker'] },
  SIM_RATE: { default: undefined, shown: 'fast | slow', meaning: 'how fast', usedBy: ['the simulator'] },
}

let root
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'whalecast-test-'))
  for (const [folder, code] of [
    ['services/whale-tracker', `readSettings(env, ['WHALE_QUEUE_SIZE'])`],
    ['packages/exchange-sim', `number('SIM_RATE', 50)`],
  ]) {
    mkdirSync(join(root, folder, 'src'), { recursive: true })
    writeFileSync(join(root, folder, 'package.json'), '{}')
    writeFileSync(join(root, folder, 'src/config.ts'), code)
  }
  mkdirSync(join(root, 'scripts'))
})
afterEach(() => rmSync(root, { recursive: true }))

describe('the settings page', () => {
  test('has a row for every setting', () => {
    const page = settingsPage(settings)
    assert.match(page, /\| `WHALE_QUEUE_SIZE` +\| 10 +\| how many +\| whale-tracker +\|/)
    assert.match(page, /\| `SIM_RATE` +\| fast \\\| slow +\| how fast +\| the simulator +\|/)
  })

  test('and the example env set nothing by themselves', () => {
    const lines = envExample(settings).split('\n')
    assert.ok(lines.includes('# WHALE_QUEUE_SIZE=10'))
    assert.ok(lines.every((line) => line === '' || line.startsWith('#')))
  })
})

describe('the guard of the settings', () => {
  test('is content with what it wrote, and names what differs or is missing', () => {
    assert.equal(staleFiles(root, settings).length, 2)
    writeGenerated(root, settings)
    assert.deepEqual(staleFiles(root, settings), [])
    const changed = { ...settings, SIM_RATE: { ...settings.SIM_RATE, meaning: 'else' } }
    assert.deepEqual(
      staleFiles(root, changed).map((problem) => problem.split(' ')[0]),
      ['docs/settings.md', '.env.example'],
    )
  })

  test('is content when every setting is read', () => assert.deepEqual(unreadSettings(root, settings), []))

  test('names a setting that nothing reads, and a comment does not count', () => {
    writeFileSync(join(root, 'services/whale-tracker/src/config.ts'), '// WHALE_QUEUE_SIZE')
    assert.match(
      unreadSettings(root, settings)[0],
      /^WHALE_QUEUE_SIZE stands in the table.*nothing reads it$/,
    )
  })

  test('names a variable of the simulator that stands in no table', () => {
    writeFileSync(join(root, 'packages/exchange-sim/src/config.ts'), `['SIM_RATE', 'SIM_NEW']`)
    assert.match(unreadSettings(root, settings)[0], /^SIM_NEW is read by the simulator/)
  })
})
