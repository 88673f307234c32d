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

/** What was lost, came late or came twice; empty when everything sent in time was seen once. */
export function lossesOf(window: WindowFacts): string[] {
  const { rate, seconds, sent, elapsedMs, seen } = window
  const total = Math.round(rate * seconds)
  const losses: string[] = []
  if (sent < total) losses.push(`${total - sent} trades could not be sent`)
  if (elapsedMs > seconds * 1_000 * mostTime.factor + mostTime.extraMs) {
    losses.push(`the source was slowed to ${Math.round(sent / (elapsedMs / 1_000))}/s`)
  }
  if (window.rejected > 0) losses.push(`${window.rejected} trades were rejected`)
  if (seen !== sent) losses.push(`${sent - seen} trades were lost`)
  if (window.duplicates > 0) losses.push(`${window.duplicates} trades came twice`)
  return losses
}

/** What shows that a rate is too high even where nothing is lost yet. */
export function strainsOf({ capacity, pauses, restarts, maxBacklog }: WindowFacts): string[] {
  const strains: string[] = []
  if (isOverrun(maxBacklog, capacity)) strains.push(`the backlog reached ${maxBacklog} trades`)
  if (pauses > 0) strains.push(`the exchange socket was paused ${pauses} times`)
  if (restarts > 0) strains.push(`${restarts} processes were started again`)
  return strains
}

/** Whether a backlog this high decides the window already. */
export function isOverrun(backlog: number, capacity: number): boolean {
  return backlog > capacity * mostBacklog
}
