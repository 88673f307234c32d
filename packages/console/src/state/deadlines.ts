/** What holds until a moment, by name. */
export type Deadlines = ReadonlyMap<string, number>

export const noDeadlines: Deadlines = new Map()

/** Without those that are over; the same map where none is. */
export function settleDeadlines(deadlines: Deadlines, atMs: number): Deadlines {
  const open = [...deadlines].filter(([, endsAtMs]) => atMs < endsAtMs)
  return open.length === deadlines.size ? deadlines : new Map(open)
}

/** When the next one is over. */
export const deadlinesDueAtMs = (deadlines: Deadlines): number => Math.min(...deadlines.values())
