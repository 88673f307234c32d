import { describe, expect, test } from '@jest/globals'
import { Condition } from './condition.ts'

const after = (steps: (condition: Condition) => void, nowMs: number) => {
  const condition = new Condition(0)
  steps(condition)
  return condition.judge(nowMs)
}

describe('the verdict', () => {
  test.each([
    { note: 'standing by', steps: () => undefined, at: 99_999, status: 'healthy', role: 'standby' },
    {
      note: 'leading through a quiet night',
      steps: (condition: Condition) => {
        condition.lead()
        condition.began(1)
        condition.succeeded(2)
      },
      at: 9_999_999,
      status: 'healthy',
      role: 'leader',
    },
    {
      note: 'a batch in work for 5 s',
      steps: (condition: Condition) => {
        condition.lead()
        condition.began(0)
      },
      at: 5_000,
      status: 'healthy',
      role: 'leader',
    },
    {
      note: 'a batch in work for longer',
      steps: (condition: Condition) => {
        condition.lead()
        condition.began(0)
      },
      at: 5_001,
      status: 'unhealthy',
      role: 'leader',
    },
    {
      note: 'a failure not yet made good',
      steps: (condition: Condition) => {
        condition.lead()
        condition.began(0)
        condition.failed('boom')
      },
      at: 6_000,
      status: 'degraded',
      role: 'leader',
    },
    {
      note: 'a failure made good',
      steps: (condition: Condition) => {
        condition.lead()
        condition.failed('boom')
        condition.began(1)
        condition.succeeded(2)
      },
      at: 3,
      status: 'healthy',
      role: 'leader',
    },
    {
      note: 'the partition lost in the middle of a batch',
      steps: (condition: Condition) => {
        condition.lead()
        condition.began(0)
        condition.standBy()
      },
      at: 60_000,
      status: 'healthy',
      role: 'standby',
    },
  ])('$note: $status', ({ steps, at, status, role }) => {
    expect(after(steps, at)).toMatchObject({ status, details: { role } })
  })

  test('says what is wrong, and how old the last batch is', () => {
    const condition = new Condition(0)
    condition.succeeded(1_000)
    condition.failed('no reply')
    expect(condition.judge(3_500)).toMatchObject({
      reason: 'a batch failed: no reply',
      details: { batch_age_ms: 2_500, last_error: 'no reply' },
    })
  })
})
