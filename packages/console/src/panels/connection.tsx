import type { ReactNode } from 'react'
import {
  formatInteger,
  formatMilliseconds,
  formatName,
  formatRate,
  formatSpan,
  unknownText,
} from '../format.ts'
import { Panel } from '../parts/panel.tsx'
import { Sparkline } from '../parts/sparkline.tsx'
import { sampleCount, type Link } from '../state/link.ts'
import { linkText } from './header.tsx'

/** This page's own connection: what it costs, what it missed, who answers. */
export function ConnectionPanel({ link, nowMs }: { readonly link: Link; readonly nowMs: number }) {
  const { state, stats } = link
  const rate = link.frameRates.at(-1)
  const count = (value: number | null | undefined) => (value == null ? unknownText : formatInteger(value))
  return (
    <Panel
      name="connection"
      title="Connection"
      aside={
        <span>
          {state.type === 'connected'
            ? `${state.connection.server_id} for ${formatSpan(nowMs - state.sinceMs)}`
            : linkText(state, nowMs)}
        </span>
      }
    >
      <dl className="metrics">
        <Metric label="Frames/s" value={rate === undefined ? unknownText : formatRate(rate)} wide>
          <Sparkline values={link.frameRates} slots={sampleCount} />
        </Metric>
        <Metric
          label="Round trip"
          value={stats?.rttMs == null ? unknownText : formatMilliseconds(stats.rttMs)}
        />
        <Metric label="Frames" value={count(stats?.frames)} />
        <Metric label="Gaps" value={count(stats?.gaps)} warn={(stats?.gaps ?? 0) > 0} />
        <Metric label="Duplicates" value={count(stats?.duplicates)} />
        <Metric label="Reconnects" value={count(stats && Math.max(0, stats.connections - 1))} />
        <Metric
          label="Not understood"
          value={count(stats && stats.unknownFrames + stats.invalidFrames)}
          warn={(stats?.invalidFrames ?? 0) > 0}
        />
      </dl>
      {link.missed.length > 0 && (
        <ul className="missed">
          {link.missed.map((missed) => (
            <li key={`${missed.channel} ${missed.epoch} ${missed.from} ${missed.to}`}>
              Missed on <b>{missed.channel}</b>: {missedRange(missed.from, missed.to)} (
              {formatName(missed.reason)})
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

function missedRange(from: number, to: number): string {
  if (to < from) return 'the end of the log before the present one cannot be proved'
  return from === to
    ? `entry ${formatInteger(from)}`
    : `entries ${formatInteger(from)} to ${formatInteger(to)}`
}

function Metric(props: {
  readonly label: string
  readonly value: string
  readonly warn?: boolean
  readonly wide?: boolean
  readonly children?: ReactNode
}) {
  return (
    <div
      className={props.wide === true ? 'metric metric-wide' : 'metric'}
      data-tone={props.warn === true ? 'warn' : undefined}
    >
      <dt>{props.label}</dt>
      <dd title={props.value}>{props.value}</dd>
      {props.children}
    </div>
  )
}
