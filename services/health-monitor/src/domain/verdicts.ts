import type { ComponentStatus, Health, HealthComponent } from '@whalecast/events'
import { groupBy } from './group-by.ts'

/** One component of the system, over all processes that report it. */
export type ComponentVerdict = {
  readonly component: string
  readonly critical: boolean
  readonly status: ComponentStatus
  /** Empty when healthy. */
  readonly reason: string
  /** Since when the status holds. */
  readonly sinceMs: number
}

/**
 * Brings together what the processes say of each component, without judging anew: one that says so alone is
 * believed word for word. Where several report it, it works as long as one of them does, and is degraded while
 * another does not. A process that starts beside a working one changes nothing, and neither does one that well
 * stands by while another leads: it says nothing about the work.
 */
export function bringTogether(reports: readonly HealthComponent[]): readonly ComponentVerdict[] {
  return [...groupBy(reports, ({ component }) => component)].map(([component, everyone]) => {
    const led = everyone.some(({ details }) => details['role'] === 'leader')
    const group = led ? everyone.filter((report) => !standsByWell(report)) : everyone
    const critical = group.some((report) => report.critical)
    const settled = group.filter(({ status }) => status !== 'starting')
    const working = settled.filter(({ status }) => status === 'healthy' || status === 'degraded')
    const ailing = settled.filter(({ status }) => status !== 'healthy')
    const decisive = working.length === 0 && settled.length < group.length ? group : ailing
    const status = statusOf(group, working.length, ailing.length)
    const telling = status === 'healthy' ? group : decisive.filter((report) => report.status !== 'healthy')
    return {
      component,
      critical,
      status,
      reason: status === 'healthy' ? '' : reasonOf(telling, group.length > 1),
      sinceMs: Math.min(...telling.map((report) => report.since_ms)),
    }
  })
}

function standsByWell({ status, details }: HealthComponent): boolean {
  return details['role'] === 'standby' && status === 'healthy'
}

function statusOf(group: readonly HealthComponent[], working: number, ailing: number): ComponentStatus {
  if (working > 0) return ailing > 0 ? 'degraded' : 'healthy'
  return group.some(({ status }) => status === 'starting') ? 'starting' : 'unhealthy'
}

function reasonOf(reports: readonly HealthComponent[], named: boolean): string {
  const reasons = reports.map(({ reason, instance, service }) =>
    named ? `${instance || service}: ${reason}` : reason,
  )
  return [...new Set(reasons)].join('; ')
}

/** Whether every critical component works; one that still starts does not yet. */
export function criticalWork(verdicts: readonly ComponentVerdict[]): boolean {
  return verdicts.every(({ critical, status }) => !critical || works(status))
}

/** Whether a component in this status does its work. */
export function works(status: ComponentStatus): boolean {
  return status === 'healthy' || status === 'degraded'
}

/** The system's health: unhealthy without a critical component, degraded while anything is not healthy. */
export function overall(verdicts: readonly ComponentVerdict[]): Health['status'] {
  if (verdicts.some(({ critical, status }) => critical && status === 'unhealthy')) return 'unhealthy'
  return verdicts.every(({ status }) => status === 'healthy') ? 'healthy' : 'degraded'
}

/** The components and their reasons, for a sentence. */
export function inWords(verdicts: readonly ComponentVerdict[]): string {
  return verdicts.map(({ component, reason }) => `${component} (${reason})`).join(', ')
}
