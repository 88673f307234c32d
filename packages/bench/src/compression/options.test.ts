import { expect, test } from '@jest/globals'
import { UsageError } from '../usage-error.ts'
import { parseOptions } from './options.ts'

test('without any are those of the claims', () => {
  expect(parseOptions([])).toMatchObject({ rounds: 5, clients: 200, markets: 3, quick: false })
})

test('that are given win, over those of --quick too', () => {
  expect(parseOptions(['--quick', '--rounds=2', '--markets', '7'])).toMatchObject({
    quick: true,
    rounds: 2,
    markets: 7,
    clients: 20,
  })
})

test.each([['--rounds=0'], ['--seconds=0.5'], ['--clients=many'], ['--unknown'], ['stray']])(
  '%p is refused, with the usage',
  (argument) => {
    expect(() => parseOptions([argument])).toThrow(UsageError)
    expect(() => parseOptions([argument])).toThrow(/usage: npm run bench -- compression/)
  },
)
