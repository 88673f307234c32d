import { formatCount, formatName } from '../format.ts'
import type { Whale } from '../state/frames.ts'
import type { Link } from '../state/link.ts'
import type { MachineState } from '../state/frames.ts'

/**
 * What a screen reader says by itself, politely: changes of connection and state, and the newest whale of the
 * two highest severities. Ages and prints are left out, they would never let it finish.
 */
export function Announcer({
  link,
  state,
  whales,
}: {
  readonly link: Link
  readonly state: MachineState
  readonly whales: readonly Whale[]
}) {
  const whale = whales.find((each) => each.severity === 'S3' || each.severity === 'S4')
  return (
    <div className="visually-hidden" aria-live="polite">
      <p>
        {link.state.type === 'connected'
          ? 'Connected.'
          : link.state.type === 'connecting'
            ? 'Connecting.'
            : 'Disconnected.'}
      </p>
      <p>System state {formatName(state)}.</p>
      {whale && (
        <p>
          Whale {whale.severity}: {formatCount(whale.count)} contracts {whale.side} on{' '}
          {whale.title ?? whale.market_ticker}.
        </p>
      )}
    </div>
  )
}
