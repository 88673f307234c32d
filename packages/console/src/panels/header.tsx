import type { ClientState } from '@whalecast/client'
import { formatClock, formatMilliseconds, formatSpan } from '../format.ts'
import { Dot, StateBadge, type Tone } from '../parts/badges.tsx'
import { Logo } from '../parts/logo.tsx'
import type { Link } from '../state/link.ts'
import { presentState, type Machine } from '../state/machine.ts'

/** Who this is, whether it is live, and how old what one sees is. */
export function Header(props: {
  readonly link: Link
  readonly machine: Machine
  readonly lastDataAtMs: number | null
  readonly nowMs: number
  readonly serverNowMs: number
}) {
  const { link, machine, lastDataAtMs, nowMs, serverNowMs } = props
  const connected = link.state.type === 'connected'
  const { state, why } = presentState(machine, { connected, serverNowMs })
  const held = state !== 'unknown' && machine.sinceMs !== null ? serverNowMs - machine.sinceMs : null
  return (
    <header className="top">
      <div className="brand">
        <Logo />
        <h1>Whalecast</h1>
        <span className="brand-sub">Kalshi whale radar</span>
      </div>
      <div className="top-state">
        <span className="visually-hidden">System state: </span>
        <StateBadge state={state} why={why} />
        <span className="top-why">{why === '' ? held !== null && `for ${formatSpan(held)}` : why}</span>
      </div>
      <div className="top-facts">
        <Freshness lastDataAtMs={lastDataAtMs} nowMs={nowMs} connected={connected} />
        <span className="top-link">
          <Dot tone={linkTone(link.state)} />
          {linkText(link.state, nowMs)}
          {connected && link.stats?.rttMs !== null && link.stats !== null && (
            <span className="muted">{formatMilliseconds(link.stats.rttMs)}</span>
          )}
        </span>
        <time className="top-clock">{nowMs === 0 ? '' : formatClock(nowMs)}</time>
      </div>
    </header>
  )
}

function Freshness(props: {
  readonly lastDataAtMs: number | null
  readonly nowMs: number
  readonly connected: boolean
}) {
  const { lastDataAtMs, nowMs, connected } = props
  if (lastDataAtMs === null) return <span className="freshness">no data yet</span>
  const ageMs = Math.max(0, nowMs - lastDataAtMs)
  return (
    <span className="freshness" data-tone={freshnessTone(ageMs, connected)}>
      data {connected && ageMs < 2_000 ? 'live' : `${formatSpan(ageMs)} old`}
    </span>
  )
}

function freshnessTone(ageMs: number, connected: boolean): Tone {
  if (ageMs >= 30_000) return 'bad'
  return connected && ageMs < 10_000 ? 'good' : 'warn'
}

/** The connection in words. */
export function linkText(state: ClientState, nowMs: number): string {
  if (state.type === 'connected') return 'Connected'
  if (state.type === 'disconnected') return 'Disconnected'
  if (state.retryAtMs !== null) return `Retry in ${formatSpan(state.retryAtMs - nowMs)}`
  return state.reason === '' ? 'Connecting' : 'Reconnecting'
}

function linkTone(state: ClientState): Tone {
  return state.type === 'connected' ? 'good' : state.type === 'connecting' ? 'warn' : 'bad'
}
