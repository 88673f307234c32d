import { describe, expect, test } from '@jest/globals'
import { History } from './history.ts'

describe('history', () => {
  test('shows what held a lag ago, and forgets what nobody can ask for any more', () => {
    const history = new History(100, 'first')
    history.push(1_000, 'second')
    history.push(1_050, 'third')
    expect([1_000, 1_099, 1_100, 1_149, 1_150, 9_999].map((nowMs) => history.at(nowMs))).toEqual([
      'first',
      'first',
      'second',
      'second',
      'third',
      'third',
    ])
  })

  test('without a lag there is none', () => {
    expect(new History(0, 'first').at(1)).toBeUndefined()
  })
})
