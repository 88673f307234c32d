/** Of the capacity: a backlog above this is growing, or about to. */
const mostBacklog = 0.2
/** A source that took this much longer did not keep the rate. */
const mostTime = { factor: 1.02, extraMs: 100 }

/** What was measured of one window. */
export type WindowFacts = {
  readonly rate: number
  readonly seconds: number
  readonly capacity: number
  readonly sent: number
  readonly elapsedMs: number
  readonly seen: number
  readonly duplicates: number
  readonly rejected: number
  readonly pauses: number
  readonly restarts: number
  /** The most that was sent and not yet seen at any moment. */
  readonly maxBacklog: number
}

/** Why the rate was not held; empty when it was. */
export function faultsOf(window: WindowFacts): string[] {
  const { rate, seconds, capacity, sent, elapsedMs, seen, maxBacklog } = window
  const total = Math.round(rate * seconds)
  const faults: string[] = []
  if (sent < total) faults.push(`${total - sent} trades could not be sent`)
  if (elapsedMs > seconds * 1_000 * mostTime.factor + mostTime.extraMs) {
    faults.push(`the source was slowed to ${Math.round(sent / (elapsedMs / 1_000))}/s`)
  }
  if (maxBacklog > capacity * mostBacklog) faults.push(`the backlog reached ${maxBacklog} trades`)
  if (window.pauses > 0) faults.push(`the exchange socket was paused ${window.pauses} times`)
  if (window.rejected > 0) faults.push(`${window.rejected} trades were rejected`)
  if (window.restarts > 0) faults.push(`${window.restarts} processes were started again`)
  if (seen !== sent) faults.push(`${sent - seen} trades were lost`)
  if (window.duplicates > 0) faults.push(`${window.duplicates} trades came twice`)
  return faults
}

/** Whether a backlog this high decides the window already. */
export function isOverrun(backlog: number, capacity: number): boolean {
  return backlog > capacity * mostBacklog
}
