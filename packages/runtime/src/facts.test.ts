import { expect, test } from '@jest/globals'
import { Facts } from './facts.ts'

test('facts are read when asked for; one that cannot be read is null', () => {
  const facts = new Facts()
  let trades = 0
  facts.add('trades', () => trades)
  facts.add('broken', () => {
    throw new Error('not now')
  })
  trades = 7
  expect(facts.read()).toEqual({ trades: 7, broken: null })
  expect(() => facts.add('trades', () => 1)).toThrow('fact trades exists already')
})
