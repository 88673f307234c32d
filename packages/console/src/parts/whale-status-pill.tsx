import type { DecisionAction } from '../state/frames.ts'
import type { WhaleStatus } from '../state/following.ts'
import { decisionNames } from './decision-badge.tsx'

/** Where a whale of the queue stands, and in a title what became of it. */
export function WhaleStatusPill(props: {
  readonly status: WhaleStatus
  readonly action: DecisionAction | null
}) {
  const { status, action } = props
  const became =
    action === null ? undefined : `${decisionNames[action].label}: ${decisionNames[action].meaning}`
  return (
    <span className="whale-status" data-status={status} title={became}>
      <span>{status.toUpperCase()}</span>
      {status === 'processed' && action !== null && (
        <small>{decisionNames[action].label.toLowerCase()}</small>
      )}
    </span>
  )
}
