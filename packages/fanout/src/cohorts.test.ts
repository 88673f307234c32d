import { expect, test } from '@jest/globals'
import { Cohorts } from './cohorts.ts'

const rate = { perSecond: 10, burst: 10 }
const rates = { all: rate, of: () => rate }
const member = () => ({ place: -1, from: 0 })

test('the same feeds in any order are one cohort; a feed reaches each cohort that has it', () => {
  const cohorts = new Cohorts({ rates, onListened: () => undefined })
  const both = cohorts.open(new Set(['a', 'b']), 0)
  expect(cohorts.open(new Set(['b', 'a']), 0)).toBe(both)
  const one = cohorts.open(new Set(['a']), 0)
  expect(cohorts.feed('a')?.cohorts).toEqual([both, one])
  expect(cohorts.feed('b')?.cohorts).toEqual([both])
  expect(cohorts.feed('c')).toBeUndefined()
})

test('the first and the last cohort of a feed are told, and one with members is not given back', () => {
  const told: string[] = []
  const cohorts = new Cohorts({ rates, onListened: (feed, on) => told.push(`${on ? '+' : '-'}${feed}`) })
  const one = cohorts.open(new Set(['a', 'b']), 0)
  const two = cohorts.open(new Set(['b']), 0)
  const client = member()
  one.join(client)
  cohorts.close(one)
  expect(cohorts.size).toBe(2)
  one.leave(client)
  cohorts.close(one)
  cohorts.close(one)
  cohorts.close(two)
  expect(told).toEqual(['+a', '+b', '-a', '-b'])
  expect(cohorts.size).toBe(0)
})

test('members leave in any order and the rest stay', () => {
  const cohort = new Cohorts({ rates, onListened: () => undefined }).open(new Set(['a']), 0)
  const [a, b, c] = [member(), member(), member()]
  for (const one of [a, b, c]) cohort.join(one)
  cohort.leave(a)
  expect(new Set(cohort.members)).toEqual(new Set([b, c]))
  cohort.leave(c)
  expect(cohort.members).toEqual([b])
  cohort.leave(b)
  expect(cohort.members).toEqual([])
})
