import type { ReactNode } from 'react'
import {
  formatHost,
  formatInteger,
  formatName,
  formatPercent,
  formatRate,
  formatSpan,
  unknownText,
} from '../format.ts'
import { Dot, type Tone } from '../parts/badges.tsx'
import { Sparkline } from '../parts/sparkline.tsx'
import type { TraderStatus } from '../state/frames.ts'
import { sampleCount, type Link } from '../state/link.ts'

/** The figures of the newest status report. A figure that nobody knows is a dash. */
export function Vitals(props: {
  readonly status: TraderStatus | null
  readonly link: Link
  readonly serverNowMs: number
}) {
  const { status, link, serverNowMs } = props
  const metrics = status?.metrics
  const rate = link.tradeRates.at(-1)
  return (
    <section className="vitals" aria-label="Vital figures" data-connected={link.state.type === 'connected'}>
      <dl>
        <Vital label="Tape" value={rate === undefined ? unknownText : `${formatRate(rate)}/s`} wide>
          <Sparkline values={link.tradeRates} slots={sampleCount} />
        </Vital>
        <Vital
          label="Exchange"
          value={shown(metrics?.trades_per_second, (value) => `${formatRate(value)}/s`)}
        >
          trades
        </Vital>
        <Vital label="Trades" value={shown(metrics?.trades_received, formatInteger)}>
          received
        </Vital>
        <Vital
          label="Queue"
          value={shown(metrics?.queue_utilization, (value) => formatPercent(value * 100))}
          {...((metrics?.queue_utilization ?? 0) > 0.8 && { tone: 'warn' })}
        >
          full
        </Vital>
        <Vital label="Books" value={shown(metrics?.markets_connected, formatInteger)}>
          <span title={`${shown(metrics?.snapshots_received, formatInteger)} snapshots`}>
            {shown(metrics?.deltas_received, formatInteger)} changes
          </span>
        </Vital>
        <Vital label="Exchange socket" value={<SignOfLife status={status} serverNowMs={serverNowMs} />}>
          {shown(metrics?.ws_url, formatHost)}
        </Vital>
        <Vital label="Exchange API" value={<ApiState connected={metrics?.api_connected ?? null} />}>
          {shown(metrics?.api_url, formatHost)}
        </Vital>
        <Vital label="Clients" value={shown(metrics?.ws_clients, formatInteger)}>
          {shown(metrics?.ws_messages_sent, formatInteger)} sent
        </Vital>
        <Vital
          label="Up"
          value={metrics ? formatSpan(uptimeMs(metrics.uptime, status, serverNowMs)) : unknownText}
        >
          {status ? formatName(metrics?.context ?? '') : 'no status yet'}
        </Vital>
      </dl>
    </section>
  )
}

function Vital(props: {
  readonly label: string
  readonly value: ReactNode
  readonly tone?: Tone
  readonly wide?: boolean
  readonly children: ReactNode
}) {
  return (
    <div className={props.wide === true ? 'vital vital-wide' : 'vital'} data-tone={props.tone}>
      <dt>{props.label}</dt>
      <dd className="vital-value">{props.value}</dd>
      <dd className="vital-note">{props.children}</dd>
    </div>
  )
}

const toneOfPing = { healthy: 'good', degraded: 'warn', unhealthy: 'bad', unknown: 'quiet' } as const

function SignOfLife({
  status,
  serverNowMs,
}: {
  readonly status: TraderStatus | null
  readonly serverNowMs: number
}) {
  if (status === null) return unknownText
  const { ping_health, last_ping_age } = status.metrics
  const ageMs =
    last_ping_age === null ? null : last_ping_age * 1_000 + Math.max(0, serverNowMs - status.timestamp_ms)
  return (
    <>
      <Dot tone={toneOfPing[ping_health]} label={ping_health} />
      {ageMs === null ? unknownText : formatSpan(ageMs)}
    </>
  )
}

function ApiState({ connected }: { readonly connected: boolean | null }) {
  if (connected === null) return unknownText
  return (
    <>
      <Dot tone={connected ? 'good' : 'bad'} />
      {connected ? 'up' : 'down'}
    </>
  )
}

const uptimeMs = (seconds: number, status: TraderStatus | null, serverNowMs: number): number =>
  seconds * 1_000 + Math.max(0, serverNowMs - (status?.timestamp_ms ?? serverNowMs))

function shown<Value>(value: Value | null | undefined, format: (value: Value) => string): string {
  return value === null || value === undefined ? unknownText : format(value)
}
