import { expect, test } from '@jest/globals'
import { MessageBudget } from './message-budget.ts'

const takeMany = (budget: MessageBudget, count: number, nowMs: number) =>
  Array.from({ length: count }, () => budget.take(nowMs))

test('a flood is warned once, then dropped, then closed', () => {
  const budget = new MessageBudget(0)
  const verdicts = takeMany(budget, 121, 0)
  expect(verdicts.slice(0, 60)).toEqual(Array.from({ length: 60 }, () => 'ok'))
  expect(verdicts[60]).toBe('warn')
  expect(verdicts.slice(61, 120)).toEqual(Array.from({ length: 59 }, () => 'drop'))
  expect(verdicts[120]).toBe('close')
})

test('20 frames a second go on for ever', () => {
  const budget = new MessageBudget(0)
  const verdicts = new Set(Array.from({ length: 10_000 }, (_, index) => budget.take(index * 50)))
  expect([...verdicts]).toEqual(['ok'])
})

test('a full bucket forgives, a partly full one does not', () => {
  const budget = new MessageBudget(0)
  takeMany(budget, 100, 0)
  expect(takeMany(budget, 21, 1_000)).toContain('drop')
  expect(takeMany(budget, 61, 10_000)[60]).toBe('warn')
})

test('a clock that steps back gives nothing and takes nothing', () => {
  const budget = new MessageBudget(10_000)
  takeMany(budget, 59, 10_000)
  expect(budget.take(0)).toBe('ok')
  expect(budget.take(0)).toBe('warn')
})
