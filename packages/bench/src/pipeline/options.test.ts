import { describe, expect, test } from '@jest/globals'
import { UsageError } from '../usage-error.ts'
import { parseOptions } from './options.ts'

describe('options', () => {
  test('without any are those of the claim', () => {
    expect(parseOptions([])).toMatchObject({ rate: 20_000, seconds: 60, quick: false, profile: false })
  })

  test('that are given win, over those of --quick too', () => {
    const options = parseOptions(['--quick', '--rate', '300', '--window=0.5'])
    expect(options).toMatchObject({ rate: 300, seconds: 2, windowSeconds: 0.5, quick: true })
  })

  test.each([[['--rate', 'many']], [['--seconds', '-1']], [['--rate', '0']], [['--fast']], [['stray']]])(
    '%p are refused',
    (args) => {
      expect(() => parseOptions(args)).toThrow(UsageError)
    },
  )
})
