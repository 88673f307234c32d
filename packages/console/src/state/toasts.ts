import type { Activity } from './frames.ts'

const shownMs = 5_000
const atOnce = 3
// Older than this it is history, which a new connection is told as well.
const freshMs = 15_000

/** Fills and settlements that just happened, newest last. */
export type Toasts = {
  readonly shown: readonly { readonly activity: Activity; readonly endsAtMs: number }[]
  /** The pointer or the keyboard is on them: none goes away under the reader. */
  readonly held: boolean
}

export const noToasts: Toasts = { shown: [], held: false }

/** A fill or a settlement comes up; a fourth pushes out the oldest. */
export function onToastActivity(
  toasts: Toasts,
  activity: Activity,
  { atMs, ageMs }: { readonly atMs: number; readonly ageMs: number },
): Toasts {
  const { activity_type: type } = activity
  if ((type !== 'order_fill' && type !== 'settlement') || ageMs > freshMs) return toasts
  return { ...toasts, shown: [...toasts.shown, { activity, endsAtMs: atMs + shownMs }].slice(-atOnce) }
}

export function onToastDismissed(toasts: Toasts, activityId: string): Toasts {
  const shown = toasts.shown.filter((toast) => toast.activity.activity_id !== activityId)
  // With the last one goes what the pointer was on, and nothing tells that it left.
  return { shown, held: toasts.held && shown.length > 0 }
}

/** Let go, each has its whole time again. */
export function onToastsHeld(toasts: Toasts, held: boolean, atMs: number): Toasts {
  if (held === toasts.held) return toasts
  return { held, shown: toasts.shown.map((toast) => ({ ...toast, endsAtMs: atMs + shownMs })) }
}

export function settleToasts(toasts: Toasts, atMs: number): Toasts {
  if (toasts.held) return toasts
  const shown = toasts.shown.filter((toast) => atMs < toast.endsAtMs)
  return shown.length === toasts.shown.length ? toasts : { ...toasts, shown }
}

export const toastsDueAtMs = ({ shown, held }: Toasts): number =>
  held ? Infinity : Math.min(...shown.map((toast) => toast.endsAtMs))
