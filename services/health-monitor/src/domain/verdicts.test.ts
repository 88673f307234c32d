import { describe, expect, test } from '@jest/globals'
import type { ComponentStatus, HealthComponent } from '@whalecast/events'
import { bringTogether, criticalWork, overall } from './verdicts.ts'

const says = (status: ComponentStatus, over: Partial<HealthComponent> = {}): HealthComponent => ({
  component: 'ws_broadcast',
  critical: true,
  status,
  reason: status === 'healthy' ? '' : `is ${status}`,
  since_ms: 10,
  details: {},
  service: 'ws-broadcast',
  instance: 'a',
  reporting: true,
  ...over,
})

describe('several who report one component', () => {
  test.each([
    { said: ['healthy'], status: 'healthy', reason: '' },
    { said: ['degraded'], status: 'degraded', reason: 'is degraded' },
    { said: ['unhealthy'], status: 'unhealthy', reason: 'is unhealthy' },
    { said: ['starting'], status: 'starting', reason: 'is starting' },
    { said: ['healthy', 'healthy'], status: 'healthy', reason: '' },
    { said: ['healthy', 'starting'], status: 'healthy', reason: '' },
    { said: ['healthy', 'unhealthy'], status: 'degraded', reason: 'b: is unhealthy' },
    { said: ['healthy', 'degraded'], status: 'degraded', reason: 'b: is degraded' },
    { said: ['unhealthy', 'unhealthy'], status: 'unhealthy', reason: 'a: is unhealthy; b: is unhealthy' },
    { said: ['unhealthy', 'starting'], status: 'starting', reason: 'a: is unhealthy; b: is starting' },
    { said: ['starting', 'degraded'], status: 'degraded', reason: 'b: is degraded' },
  ] as const)('$said: $status', ({ said, status, reason }) => {
    const reports = said.map((each, index) => says(each, { instance: 'ab'[index] ?? '' }))
    expect(bringTogether(reports)).toEqual([
      { component: 'ws_broadcast', critical: true, status, reason, sinceMs: 10 },
    ])
  })

  const role = (status: ComponentStatus, name: string) =>
    says(status, { details: { role: name }, instance: name, service: 'ingest' })
  test.each([
    { leader: 'unhealthy', standby: 'healthy', status: 'unhealthy' },
    { leader: 'starting', standby: 'healthy', status: 'starting' },
    { leader: 'healthy', standby: 'healthy', status: 'healthy' },
    { leader: 'healthy', standby: 'unhealthy', status: 'degraded' },
  ] as const)('a $leader leader and a $standby standby: $status', ({ leader, standby, status }) => {
    expect(bringTogether([role(standby, 'standby'), role(leader, 'leader')])[0]?.status).toBe(status)
  })

  test('where all stand by, they are believed', () => {
    expect(bringTogether([role('healthy', 'standby')])[0]?.status).toBe('healthy')
  })

  test('the status holds since the first of those who make it', () => {
    const reports = [
      says('healthy', { since_ms: 1 }),
      says('unhealthy', { since_ms: 30, instance: 'b' }),
      says('degraded', { since_ms: 20, instance: 'c' }),
    ]
    expect(bringTogether(reports)[0]?.sinceMs).toBe(20)
  })
})

describe('the system as a whole', () => {
  const ws = (status: ComponentStatus) => says(status)
  const tracker = (status: ComponentStatus) => says(status, { component: 'whale_tracker', critical: false })
  test.each([
    { reports: [ws('healthy'), tracker('healthy')], status: 'healthy', critical: true },
    { reports: [ws('healthy'), tracker('unhealthy')], status: 'degraded', critical: true },
    { reports: [ws('degraded'), tracker('healthy')], status: 'degraded', critical: true },
    { reports: [ws('starting'), tracker('healthy')], status: 'degraded', critical: false },
    { reports: [ws('unhealthy'), tracker('healthy')], status: 'unhealthy', critical: false },
  ])('$status', ({ reports, status, critical }) => {
    const verdicts = bringTogether(reports)
    expect(overall(verdicts)).toBe(status)
    expect(criticalWork(verdicts)).toBe(critical)
  })
})
