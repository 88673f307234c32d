import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { onPath } from '../lib/on-path.mjs'
import { installPackage } from '../lib/system-packages.mjs'
import { missingTestPrograms } from '../lib/test-programs.mjs'

const realPath = process.env.PATH
let folder

/** A PATH with nothing on it but these programs, each a shell script. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whalecast-test-'))
  for (const name of ['sh', 'cp', 'chmod']) symlinkSync(onPath(name), join(folder, name))
  process.env.PATH = folder
})
afterEach(() => {
  process.env.PATH = realPath
  rmSync(folder, { recursive: true })
})
const program = (name, body) => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`)
  chmodSync(join(folder, name), 0o755)
}

describe('installing with a package manager that needs no root', () => {
  test('runs it, and the program is there', async () => {
    program('brew', `echo "$@" > ${folder}/asked; cp ${folder}/brew ${folder}/redis-server`)
    assert.equal(await installPackage('Redis', { names: { brew: 'redis' } }), true)
    assert.ok(onPath('redis-server'))
    assert.ok(existsSync(join(folder, 'asked')))
  })

  test('answers false when it fails', async () => {
    program('brew', 'echo no network >&2; exit 1')
    assert.equal(await installPackage('Redis', { names: { brew: 'redis' } }), false)
  })

  test('answers false without any, and without one that has the package', async () => {
    assert.equal(await installPackage('Redis', { names: { brew: 'redis' } }), false)
    program('brew', 'exit 0')
    assert.equal(await installPackage('Redis', { names: { apk: 'redis' } }), false)
  })
})

describe('programs that tests ask', () => {
  test('are named when they are missing and cannot be had', async () => {
    assert.ok((await missingTestPrograms()).includes('Prometheus'))
  })

  test('are installed', async () => {
    program('brew', `for name in prometheus promtool haproxy; do cp ${folder}/brew ${folder}/$name; done`)
    assert.deepEqual(await missingTestPrograms(), [])
    assert.ok(onPath('promtool'))
  })
})
