import { expect, test } from '@jest/globals'
import { Condition } from './condition.ts'

test('a standby is healthy, and says so', () => {
  const condition = new Condition()
  expect(condition.judge(1e9, true)).toMatchObject({
    status: 'healthy',
    details: { role: 'standby', machine_state: null },
  })
})

test('a leader starts, is healthy while it looks, and unhealthy when it no longer does', () => {
  const condition = new Condition()
  condition.lead(0)
  expect(condition.judge(1_000, true)).toMatchObject({ status: 'starting', details: { role: 'leader' } })
  expect(condition.judge(3_001, true)).toMatchObject({ status: 'unhealthy' })
  condition.looked(4_000, 'ready', 3)
  expect(condition.judge(7_000, true)).toMatchObject({
    status: 'healthy',
    details: { machine_state: 'ready', transitions_remembered: 3 },
  })
  expect(condition.judge(7_001, true)).toMatchObject({ status: 'unhealthy', reason: 'no look for 3 s' })
})

test('the state of the machine is no part of the verdict', () => {
  const condition = new Condition()
  condition.lead(0)
  condition.looked(1_000, 'error', 1)
  expect(condition.judge(1_500, true)).toMatchObject({
    status: 'healthy',
    details: { machine_state: 'error' },
  })
})

test('without Redis nobody can look, leader or not', () => {
  const condition = new Condition()
  expect(condition.judge(0, false)).toMatchObject({ status: 'unhealthy' })
  condition.lead(0)
  condition.looked(1, 'ready', 3)
  expect(condition.judge(2, false)).toMatchObject({ status: 'unhealthy' })
  condition.standBy()
  expect(condition.state).toBeNull()
})
