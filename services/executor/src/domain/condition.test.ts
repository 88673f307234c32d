import { describe, expect, test } from '@jest/globals'
import { Condition } from './condition.ts'

const sound = { breaker: 'closed', imbalanceE6: 0 } as const

describe('executor judges itself', () => {
  test('healthy while it stands by and while it leads, however quiet it is', () => {
    const condition = new Condition('paper')
    expect(condition.judge({ ...sound, nowMs: 1e9 })).toMatchObject({
      status: 'healthy',
      details: { role: 'standby' },
    })
    condition.lead()
    expect(condition.judge({ ...sound, nowMs: 2e9 })).toMatchObject({
      status: 'healthy',
      details: { role: 'leader' },
    })
  })

  test('unhealthy once an order has been in doubt for ten seconds, until it is settled', () => {
    const condition = new Condition('demo')
    condition.doubts('a', 0)
    condition.doubts('a', 9_000)
    expect(condition.judge({ ...sound, nowMs: 10_000 }).status).toBe('healthy')
    expect(condition.judge({ ...sound, nowMs: 11_000 })).toMatchObject({
      status: 'unhealthy',
      reason: expect.stringContaining('11 s'),
    })
    condition.settled(12_000)
    expect(condition.judge({ ...sound, nowMs: 13_000 }).status).toBe('healthy')
  })

  test('degraded after a failure, and while orders are held back', () => {
    const condition = new Condition('demo')
    condition.failed('no answer')
    expect(condition.judge({ ...sound, nowMs: 0 })).toMatchObject({ status: 'degraded', reason: 'no answer' })
    condition.settled(1)
    expect(condition.judge({ ...sound, breaker: 'open', nowMs: 2 }).status).toBe('degraded')
  })

  test('unhealthy when the paper account does not balance', () => {
    expect(new Condition('paper').judge({ ...sound, imbalanceE6: -1, nowMs: 0 })).toMatchObject({
      status: 'unhealthy',
    })
  })
})
