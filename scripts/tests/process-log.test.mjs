import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { createProcessLog, messageOf } from '../lib/process-log.mjs'

function logOf(pretty, lines) {
  let text = ''
  const log = createProcessLog({ pretty, out: { write: (part) => (text += part) } })
  for (const [name, line] of lines) log(name, line)
  return text
}
const plain = stripVTControlCharacters
const entry = (fields) => JSON.stringify({ ts: 0, level: 'info', message: 'up', ...fields })

describe('the merged log', () => {
  test('passes JSON through, and makes JSON of what is none', () => {
    const text = logOf(false, [
      ['ingest', entry({ a: 1 })],
      ['redis', '12:M * Ready {'],
    ])
    const [first, second] = text.trim().split('\n')
    assert.equal(first, entry({ a: 1 }))
    const made = JSON.parse(second)
    assert.deepEqual(
      { ...made, ts: 0 },
      { ts: 0, level: 'info', message: '12:M * Ready {', service: 'redis' },
    )
  })

  test('for the eye: the process, the time, the level, the message, the fields', () => {
    const text = logOf(true, [
      ['ingest', entry({ service: 'ingest', instance: 'i', market: 'A', n: { b: 1 } })],
    ])
    assert.equal(plain(text), 'ingest          │ 00:00:00.000 info  up market=A n={"b":1}\n')
  })

  test('for the eye: every line of a stack belongs to its process', () => {
    const text = logOf(true, [['ingest', entry({ level: 'error', error: { stack: 'Error: x\n    at y' } })]])
    assert.deepEqual(plain(text).trimEnd().split('\n'), [
      'ingest          │ 00:00:00.000 error up',
      'ingest          │   Error: x',
      'ingest          │     at y',
    ])
  })

  test('gives each process a colour of its own', () => {
    const text = logOf(true, [
      ['a', 'x'],
      ['b', 'x'],
      ['a', 'y'],
    ])
    const [a, b, again] = text.split('\n').map((line) => line.slice(0, '\x1b[36m'.length))
    assert.equal(a, again)
    assert.notEqual(a, b)
  })
})

test('what a line says is its message, and that of its error', () => {
  assert.equal(messageOf(entry({ a: 1 })), 'up')
  assert.equal(
    messageOf(entry({ message: 'service failed', error: { message: 'no key' } })),
    'service failed: no key',
  )
  assert.equal(messageOf('no JSON'), 'no JSON')
})
