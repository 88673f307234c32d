import { formatClock, formatName } from '../format.ts'
import { factsOf } from '../state/metadata.ts'
import type { Toasts } from '../state/toasts.ts'
import { Facts } from './activity-facts.tsx'

/** Fills and settlements as they happen, said politely to screen readers too. */
export function ToastStack(props: {
  readonly toasts: Toasts
  readonly onDismiss: (activityId: string) => void
  readonly onHeld: (held: boolean) => void
}) {
  const { toasts, onDismiss, onHeld } = props
  return (
    <div
      className="toasts"
      role="region"
      aria-label="Fills and settlements"
      aria-live="polite"
      aria-relevant="additions"
      onPointerEnter={() => onHeld(true)}
      onPointerLeave={() => onHeld(false)}
      onFocus={() => onHeld(true)}
      onBlur={() => onHeld(false)}
    >
      {toasts.shown.map(({ activity }) => (
        <div key={activity.activity_id} className="toast" data-type={activity.activity_type}>
          <p className="toast-head">
            <b>{activity.activity_type === 'order_fill' ? 'Filled' : formatName(activity.activity_type)}</b>
            <time>{formatClock(activity.timestamp_ms)}</time>
            <button
              type="button"
              className="toast-close"
              aria-label="Dismiss"
              onClick={() => onDismiss(activity.activity_id)}
            >
              ×
            </button>
          </p>
          <p className="toast-text">{activity.message}</p>
          <Facts facts={factsOf(activity).chips} />
        </div>
      ))}
    </div>
  )
}
