import { formatClock, formatName } from '../format.ts'
import type { Health } from '../state/frames.ts'
import { healthGroups, isIll } from '../state/health-groups.ts'
import { consequenceOf } from './consequences.ts'
import { linkText } from './header.tsx'
import type { Link } from '../state/link.ts'

/** One line when something is wrong, with what it means for the reader; nothing when all is well. */
export function Notice(props: {
  readonly link: Link
  readonly health: Health | null
  readonly lastDataAtMs: number | null
  readonly nowMs: number
}) {
  const { link, health, lastDataAtMs, nowMs } = props
  const { state } = link
  if (state.type !== 'connected') {
    if (state.type === 'connecting' && state.reason === '') return null
    const seen =
      lastDataAtMs === null
        ? 'Nothing was received yet.'
        : `What you see is from ${formatClock(lastDataAtMs)}.`
    return (
      <p className="notice" data-tone={state.type === 'connecting' ? 'warn' : 'bad'}>
        <strong>
          {state.type === 'connecting'
            ? `No connection. ${linkText(state, nowMs)}.`
            : 'Disconnected for good: reload to try again.'}
        </strong>{' '}
        {seen} <span className="muted">{state.reason}</span>
      </p>
    )
  }
  const ill = healthGroups(health, []).filter(isIll)
  const worst = ill[0]
  if (worst === undefined) return null
  return (
    <p className="notice" data-tone={health?.status === 'unhealthy' ? 'bad' : 'warn'}>
      <strong>
        {formatName(worst.component)} {worst.status}
      </strong>
      {worst.reason !== '' && `: ${worst.reason}`}. You stop seeing {consequenceOf(worst.component)}.
      {ill.length > 1 && <span className="muted"> And {ill.length - 1} more, see service health.</span>}
    </p>
  )
}
