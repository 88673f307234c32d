import { formatName } from '../format.ts'
import type { MachineState, Severity, Side } from '../state/frames.ts'

const sideNames: Readonly<Record<Side, string>> = { yes: 'YES', no: 'NO', unknown: '?' }

/** Which side the taker took; a question mark where the exchange did not say. */
export function SidePill({ side }: { readonly side: Side }) {
  return (
    <span className="side" data-side={side} title={side === 'unknown' ? 'side unknown' : undefined}>
      {sideNames[side]}
    </span>
  )
}

/** State of the machine in upper case, in the state's own colour. */
export function StateBadge({ state, why }: { readonly state: MachineState; readonly why?: string }) {
  return (
    <span className="state" data-state={state} title={why === '' ? undefined : why}>
      {formatName(state).toUpperCase()}
    </span>
  )
}

export function SeverityBadge({ severity }: { readonly severity: Severity }) {
  return (
    <span className="severity" data-severity={severity}>
      {severity}
    </span>
  )
}

/** A coloured dot with its meaning in words for those who do not see colours. */
export function Dot({ tone, label }: { readonly tone: Tone; readonly label?: string }) {
  return (
    <span
      className="dot"
      data-tone={tone}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  )
}

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet'
