import { expect, test } from '@jest/globals'
import { TimerWheel } from './timer-wheel.ts'

test('an item comes up after a full turn, then each turn', () => {
  const wheel = new TimerWheel<string>(4)
  wheel.turn()
  wheel.add('a')
  const turns = Array.from({ length: 8 }, () => [...wheel.turn()])
  expect(turns).toEqual([[], [], [], ['a'], [], [], [], ['a']])
})

test('items added over time are spread; deleted ones do not come up', () => {
  const wheel = new TimerWheel<string>(3)
  for (const item of ['a', 'b', 'c']) {
    wheel.add(item)
    wheel.turn()
  }
  wheel.delete('b')
  wheel.delete('b')
  expect([[...wheel.turn()], [...wheel.turn()], [...wheel.turn()]]).toEqual([[], ['c'], ['a']])
})

test('deleting while the slot is visited is safe', () => {
  const wheel = new TimerWheel<number>(1)
  for (let item = 0; item < 10; item++) wheel.add(item)
  const visited: number[] = []
  for (const item of wheel.turn()) {
    visited.push(item)
    wheel.delete(item)
  }
  expect(visited).toHaveLength(10)
  expect([...wheel.turn()]).toEqual([])
})
