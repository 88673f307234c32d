import type { Health, HealthComponent } from './frames.ts'

/** `silent`: its process stopped speaking. `unknown`: nobody has spoken of it yet. */
export type GroupStatus = HealthComponent['status'] | 'silent' | 'unknown'

/** One component over all processes that report it. */
export type HealthGroup = {
  readonly component: string
  readonly critical: boolean
  /** The worst of its members. */
  readonly status: GroupStatus
  /** Why, by the worst member; empty when all is well. */
  readonly reason: string
  /** Since when the worst member is so; null for what was never reported. */
  readonly sinceMs: number | null
  /** The processes that report it and how many of them are well. */
  readonly members: number
  readonly well: number
}

const severity: Readonly<Record<GroupStatus, number>> = {
  healthy: 0,
  unknown: 1,
  starting: 2,
  degraded: 3,
  unhealthy: 4,
  silent: 5,
}

/** Every expected component and every reported one; the ill first, of those the critical ones, the worst of them. What nobody reports is unknown, not healthy. */
export function healthGroups(
  health: Health | null,
  expected: readonly { readonly component: string; readonly critical: boolean }[],
): readonly HealthGroup[] {
  const members = new Map<string, HealthComponent[]>(expected.map(({ component }) => [component, []]))
  for (const report of health?.components ?? []) {
    members.set(report.component, [...(members.get(report.component) ?? []), report])
  }
  const groups = [...members].map(([component, reports]) => {
    const critical = expected.find((each) => each.component === component)?.critical ?? false
    return groupOf(component, reports, critical)
  })
  return groups.toSorted(
    (a, b) =>
      Number(isIll(b)) - Number(isIll(a)) ||
      Number(b.critical) - Number(a.critical) ||
      severity[b.status] - severity[a.status],
  )
}

/** Whether the reader misses something because of it. What starts is on its way; what is unknown is no verdict. */
export function isIll(group: HealthGroup): boolean {
  return severity[group.status] >= severity.degraded
}

function groupOf(component: string, reports: readonly HealthComponent[], critical: boolean): HealthGroup {
  const worst = reports.toSorted((a, b) => severity[statusOf(b)] - severity[statusOf(a)])[0]
  if (worst === undefined) {
    const reason = 'no process has reported it'
    return { component, critical, status: 'unknown', reason, sinceMs: null, members: 0, well: 0 }
  }
  return {
    component,
    critical: worst.critical,
    status: statusOf(worst),
    reason: worst.reason === '' && !worst.reporting ? `${worst.service} is silent` : worst.reason,
    sinceMs: worst.since_ms,
    members: reports.length,
    well: reports.filter((report) => statusOf(report) === 'healthy').length,
  }
}

const statusOf = (report: HealthComponent): GroupStatus => (report.reporting ? report.status : 'silent')
