import { expect, test } from '@jest/globals'
import { planSession, type SessionPlan } from './plan-session.ts'
import { createRandom } from './random.ts'

const seeds = [
  { type: 'subscribe', channels: ['whales'] },
  { type: 'auth', token: 'x' },
  { type: 'ping', timestamp_ms: 5 },
]
const plans = (seed: number, count = 400): readonly SessionPlan[] =>
  Array.from({ length: count }, (_, index) => planSession(seeds, createRandom(seed).fork(index)))

test('the same seed plans the same connections, another plans others', () => {
  expect(plans(7, 50)).toEqual(plans(7, 50))
  expect(plans(8, 50)).not.toEqual(plans(7, 50))
})

test('plans are of every kind, end in every way, and stay below what a client may send', () => {
  const many = plans(1)
  expect(new Set(many.map(({ kind }) => kind))).toEqual(new Set(['text', 'bytes', 'deflated']))
  expect(many.every(({ frames }) => frames > 0 && frames <= 50)).toBe(true)
  const endings = new Set(many.flatMap((plan) => plan.endings))
  for (const code of [1002, 1007, 1008, 1009, 4001, 'empty'] as const) expect(endings).toContain(code)
  expect(many.some((plan) => plan.endings.length === 0 && plan.isClean)).toBe(true)
  expect(many.some((plan) => plan.endings.length === 0 && !plan.isClean)).toBe(true)
})
