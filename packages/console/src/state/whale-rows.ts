import type { WhaleEntry, WhaleQueue } from './frames.ts'

// A whale that is judged at once would be gone before anybody read it.
const leastShownMs = 3_000
const fadeMs = 500

/** A line of the queue as it is shown, which may be longer than it is in the queue. */
export type WhaleRow = {
  readonly entry: WhaleEntry
  readonly shownAtMs: number
  /** When it begins to fade; null while it is in the queue. */
  readonly leavesAtMs: number | null
  /** `held`: no longer in the queue, and shown until it was there for long enough. */
  readonly phase: 'queued' | 'held' | 'fading'
}

/** The rows after a new queue, largest first: who left it stays for three seconds from its first showing, then fades. */
export function onWhaleQueue(
  rows: readonly WhaleRow[],
  { queue, stats }: WhaleQueue,
  atMs: number,
): readonly WhaleRow[] {
  const held = new Map(rows.map((row) => [row.entry.whale_id, row]))
  const queued = queue.map((entry): WhaleRow => {
    const shownAtMs = held.get(entry.whale_id)?.shownAtMs ?? atMs
    held.delete(entry.whale_id)
    return { entry, shownAtMs, leavesAtMs: null, phase: 'queued' }
  })
  const leaving = [...held.values()]
    .map((row) => ({
      ...row,
      leavesAtMs: row.leavesAtMs ?? Math.max(atMs, row.shownAtMs + leastShownMs),
    }))
    .toSorted((a, b) => b.leavesAtMs - a.leavesAtMs)
    // However fast the queue turns over, the table at most doubles.
    .slice(0, Math.max(stats.max_queue_size, queue.length))
  const all = [...queued, ...leaving]
  return settleRows(
    all.toSorted((a, b) => b.entry.whale_size_dollars - a.entry.whale_size_dollars),
    atMs,
  )
}

/** The rows as they stand at a moment; the same list where nothing is different. */
export function settleRows(rows: readonly WhaleRow[], atMs: number): readonly WhaleRow[] {
  const settled = rows
    .filter(({ leavesAtMs }) => leavesAtMs === null || atMs < leavesAtMs + fadeMs)
    .map((row) => {
      const phase = phaseAt(row, atMs)
      return phase === row.phase ? row : { ...row, phase }
    })
  const same = settled.length === rows.length && settled.every((row, index) => row === rows[index])
  return same ? rows : settled
}

/** When the rows look different next, without anything coming in. */
export function rowsDueAtMs(rows: readonly WhaleRow[]): number {
  const times = rows.flatMap(({ leavesAtMs, phase }) =>
    leavesAtMs === null ? [] : [phase === 'fading' ? leavesAtMs + fadeMs : leavesAtMs],
  )
  return Math.min(...times)
}

function phaseAt({ leavesAtMs }: WhaleRow, atMs: number): WhaleRow['phase'] {
  if (leavesAtMs === null) return 'queued'
  return atMs < leavesAtMs ? 'held' : 'fading'
}
