import { formatClock, formatName, formatSpan } from '../format.ts'
import { Dot, type Tone } from '../parts/badges.tsx'
import { Panel } from '../parts/panel.tsx'
import type { Health } from '../state/frames.ts'
import { healthGroups, isIll, type GroupStatus, type HealthGroup } from '../state/health-groups.ts'
import { consequenceOf, expectedComponents } from './consequences.ts'

const tones: Readonly<Record<GroupStatus, Tone>> = {
  healthy: 'good',
  starting: 'info',
  degraded: 'warn',
  unhealthy: 'bad',
  silent: 'bad',
  unknown: 'quiet',
}

// The monitor speaks at least this often; an older report describes the past.
const reportHoldsMs = 15_000

/** Every component, what it says of itself, and what is missing from the page while it is down. */
export function ServiceHealthPanel({
  health,
  connected,
  serverNowMs,
}: {
  readonly health: Health | null
  readonly connected: boolean
  readonly serverNowMs: number
}) {
  return (
    <Panel
      name="health"
      title="Service health"
      aside={<Overall health={health} connected={connected} serverNowMs={serverNowMs} />}
    >
      <ul className="health">
        {healthGroups(health, expectedComponents).map((group) => (
          <Group key={group.component} group={group} serverNowMs={serverNowMs} />
        ))}
      </ul>
    </Panel>
  )
}

function Overall(props: {
  readonly health: Health | null
  readonly connected: boolean
  readonly serverNowMs: number
}) {
  const { health, connected, serverNowMs } = props
  if (health === null) return <span>unknown: no report yet</span>
  if (!connected || serverNowMs - health.timestamp_ms > reportHoldsMs) {
    return (
      <span>
        unknown{health.status !== 'unknown' && `; ${health.status} as of ${formatClock(health.timestamp_ms)}`}
      </span>
    )
  }
  return (
    <b className="overall" data-status={health.status}>
      {health.status}
    </b>
  )
}

function Group({ group, serverNowMs }: { readonly group: HealthGroup; readonly serverNowMs: number }) {
  const { component, critical, status, reason, sinceMs, members, well } = group
  const ill = isIll(group)
  return (
    <li className="component" data-status={status} data-ill={ill || undefined}>
      <p className="component-head">
        <Dot tone={tones[status]} />
        <span className="component-name">{formatName(component)}</span>
        {critical && (
          <span className="tag" title="The whole system is down without it">
            critical
          </span>
        )}
      </p>
      <p className="component-note">
        <span>
          <span className="component-status">{status}</span>
          {sinceMs !== null && ` for ${formatSpan(serverNowMs - sinceMs)}`}
        </span>
        {members > 1 && (
          <span>
            {well} of {members} processes
          </span>
        )}
        {reason !== '' && <span className="component-reason">{reason}</span>}
      </p>
      {ill && <p className="component-lost">You stop seeing: {consequenceOf(component)}.</p>}
    </li>
  )
}
