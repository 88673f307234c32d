import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { System } from '../lib/system.mjs'

const file = fileURLToPath(new URL('fixtures/child.mjs', import.meta.url))
const child = (name, ...args) => ({
  name,
  command: process.execPath,
  args: [file, ...args],
  obstacle: () => Promise.resolve(undefined),
})
const quick = { firstRestartMs: 20, longestRestartMs: 80, killAfterMs: 300 }

function openSystem(limits = quick) {
  const notes = []
  const lines = []
  const system = new System({
    log: (name, line) => lines.push(`${name}: ${line}`),
    note: (text) => notes.push(text),
    limits,
  })
  return { system, notes, lines }
}

async function until(condition, timeoutMs = 5_000) {
  for (const end = Date.now() + timeoutMs; !(await condition()); await wait(10))
    assert.ok(Date.now() < end, `not within ${timeoutMs} ms: ${condition}`)
}

const isAlive = (pid) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('a supervised process', () => {
  test('is started again after kill -9, and counted', async () => {
    const { system, notes } = openSystem()
    system.start(child('a', 'steady'))
    const [{ pid }] = system.list()
    process.kill(pid, 'SIGKILL')
    await until(() => system.list()[0].restarts === 1 && system.list()[0].pid !== null)
    assert.notEqual(system.list()[0].pid, pid)
    assert.match(notes[0], /^a: ended by SIGKILL; starting it again in 0\.02 s$/)
    await system.stop([])
  })

  test('is started again also when it ends with code 0 unasked', async () => {
    const { system } = openSystem()
    system.start(child('a', 'crash', '0', '0'))
    await until(() => system.list()[0].restarts >= 2)
    await system.stop([])
  })

  test('waits twice as long each time, up to the limit', async () => {
    const { system, notes } = openSystem()
    system.start(child('a', 'crash', '0', '3'))
    await until(() => notes.length >= 4)
    await system.stop([])
    assert.deepEqual(
      notes.slice(0, 4).map((note) => /in ([\d.]+) s/.exec(note)[1]),
      ['0.02', '0.04', '0.08', '0.08'],
    )
  })

  test('waits the first delay again once it lived long enough', async () => {
    const { system, notes } = openSystem({ ...quick, resetAfterMs: 0 })
    system.start(child('a', 'crash', '0', '3'))
    await until(() => notes.length >= 3)
    await system.stop([])
    assert.ok(notes.every((note) => note.includes('in 0.02 s')))
  })

  test('that fails five times at start ends everything with its own words', async () => {
    const { system } = openSystem()
    system.start(child('a', 'crash', '0', '1'))
    await assert.rejects(system.failure, /^UserError: a cannot be started:\na setting is wrong: X$/)
    assert.equal(system.list()[0].restarts, 4)
    await system.stop([])
  })

  test('that was ready once is never given up', async () => {
    const { system } = openSystem()
    const process = system.start(child('a', 'crash', '100', '1'))
    await system.untilReady([process])
    await until(() => system.list()[0].restarts >= 5)
    await system.stop([])
  })

  test('that cannot be run at all is a failed start, too', async () => {
    const { system } = openSystem()
    system.start({ ...child('a'), command: '/nowhere/to/be/found' })
    await assert.rejects(system.failure, /a cannot be started:\ncannot run \/nowhere/)
  })
})

describe('stopping', () => {
  test('ends each process by SIGTERM, the named groups last', async () => {
    const { system, lines } = openSystem()
    for (const name of ['redis', 'a', 'sim']) system.start(child(name, 'steady'))
    await until(() => lines.length === 3)
    await system.stop([['sim'], ['redis']])
    const downs = lines.filter((line) => line.includes('down')).map((line) => line.split(':')[0])
    assert.deepEqual(downs, ['a', 'sim', 'redis'])
  })

  test('ends by force what does not listen', async () => {
    const { system, lines } = openSystem()
    system.start(child('a', 'stubborn'))
    await until(() => lines.length === 1)
    const [{ pid }] = system.list()
    await system.stop([])
    assert.equal(isAlive(pid), false)
  })

  test('leaves no restart behind', async () => {
    const { system } = openSystem({ ...quick, firstRestartMs: 100 })
    system.start(child('a', 'crash', '0', '3'))
    await until(() => system.list()[0].pid === null)
    await system.stop([])
    await wait(200)
    assert.equal(system.list()[0].restarts, 0)
  })
})

describe('waiting for readiness', () => {
  test('ends when every process is ready', async () => {
    const { system } = openSystem()
    let obstacle = 'not yet'
    const late = system.start({ ...child('a', 'steady'), obstacle: () => Promise.resolve(obstacle) })
    setTimeout(() => (obstacle = undefined), 150)
    await system.untilReady([late])
    assert.equal(obstacle, undefined)
    await system.stop([])
  })

  test('ends when it is called off', async () => {
    const { system } = openSystem()
    const never = system.start({ ...child('a', 'steady'), obstacle: () => Promise.resolve('never') })
    await assert.rejects(system.untilReady([never], AbortSignal.timeout(50)))
    await system.stop([])
  })
})
