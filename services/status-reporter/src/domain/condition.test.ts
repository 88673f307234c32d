import { expect, test } from '@jest/globals'
import { Condition } from './condition.ts'

test('a standby is healthy', () => {
  expect(new Condition().judge(1e9, true)).toMatchObject({ status: 'healthy', details: { role: 'standby' } })
})

test('a leader starts, is healthy while its statuses get through, and unhealthy when they do not', () => {
  const condition = new Condition()
  condition.lead(0)
  expect(condition.judge(1_000, true)).toMatchObject({ status: 'starting', details: { role: 'leader' } })
  expect(condition.judge(15_001, true)).toMatchObject({ status: 'unhealthy', reason: 'no status for 15 s' })
  condition.reported(16_000)
  expect(condition.judge(31_000, true)).toMatchObject({
    status: 'healthy',
    details: { report_age_ms: 15_000 },
  })
  expect(condition.judge(31_001, true)).toMatchObject({ status: 'unhealthy' })
})

test('without Redis nothing gets through, leader or not', () => {
  expect(new Condition().judge(0, false)).toMatchObject({ status: 'unhealthy' })
})
