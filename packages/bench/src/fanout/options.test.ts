import { describe, expect, test } from '@jest/globals'
import { UsageError } from '../usage-error.ts'
import { parseOptions } from './options.ts'

describe('options', () => {
  test('without any are those of the claims', () => {
    expect(parseOptions([])).toMatchObject({ rounds: 5, clients: 1_000, quick: false })
  })

  test('that are given win, over those of --quick too', () => {
    const options = parseOptions([
      '--quick',
      '--rounds=2',
      '--parts',
      'many,idle',
      '--subjects=uws,ws-broadcast',
      '--rates=9,3',
    ])
    expect(options).toMatchObject({
      rounds: 2,
      clients: 100,
      parts: ['idle', 'many'],
      subjects: ['ws-broadcast', 'uws'],
      rates: { single: [3, 9] },
    })
  })

  test.each([
    ['--rounds=0'],
    ['--clients=150'],
    ['--parts=all'],
    ['--subjects=nginx'],
    ['--rates=a'],
    ['stray'],
  ])('%p is refused, with the usage', (argument) => {
    expect(() => parseOptions([argument])).toThrow(UsageError)
    expect(() => parseOptions([argument])).toThrow(/usage: npm run bench -- fanout/)
  })
})
