import { describe, expect, test } from '@jest/globals'
import { component, health } from '../testing/samples.ts'
import { healthGroups, isIll } from './health-groups.ts'

const expected = [
  { component: 'redis', critical: true },
  { component: 'whale_tracker', critical: false },
]

describe('health by component', () => {
  test('what nobody reports is unknown, never healthy', () => {
    const groups = healthGroups(null, expected)
    expect(groups.map(({ status, sinceMs }) => [status, sinceMs])).toEqual([
      ['unknown', null],
      ['unknown', null],
    ])
    expect(groups.some(isIll)).toBe(false)
  })

  test('the worst process speaks for the component', () => {
    const report = health([
      component('redis', { critical: true, instance: 'a' }),
      component('redis', { critical: true, instance: 'b', status: 'degraded', reason: 'slow replies' }),
    ])
    expect(healthGroups(report, expected)[0]).toMatchObject({
      component: 'redis',
      status: 'degraded',
      reason: 'slow replies',
      members: 2,
      well: 1,
    })
  })

  test('a silent process is silent, whatever it last said of itself', () => {
    const report = health([component('whale_tracker', { reporting: false, service: 'whale-tracker' })])
    expect(healthGroups(report, expected)[0]).toMatchObject({
      component: 'whale_tracker',
      status: 'silent',
      reason: 'whale-tracker is silent',
    })
  })

  test('the ill come first, the critical ones before the others; unexpected components are shown too', () => {
    const report = health([
      component('novelty'),
      component('whale_tracker', { status: 'unhealthy' }),
      component('redis', { critical: true, status: 'degraded' }),
    ])
    expect(healthGroups(report, expected).map((group) => group.component)).toEqual([
      'redis',
      'whale_tracker',
      'novelty',
    ])
  })
})
