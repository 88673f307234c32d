import { formatClock, formatName } from '../format.ts'
import type { Health } from '../state/frames.ts'
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
  const ill =
    health?.components.filter(
      (each) => !each.reporting || (each.status !== 'healthy' && each.status !== 'starting'),
    ) ?? []
  const first = ill.toSorted((a, b) => Number(b.critical) - Number(a.critical))[0]
  if (health === null || first === undefined) return null
  const others = new Set(ill.map((each) => each.component)).size - 1
  return (
    <p className="notice" data-tone={health.status === 'unhealthy' ? 'bad' : 'warn'}>
      <strong>
        {formatName(first.component)} {first.reporting ? first.status : 'is silent'}
      </strong>{' '}
      {first.reason !== '' && `${first.reason}. `}
      You stop seeing: {consequenceOf(first.component)}.
      {others > 0 && <span className="muted"> And {others} more, see service health.</span>}
    </p>
  )
}
