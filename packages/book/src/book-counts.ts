import type { StaleReason } from './kept-book.ts'

/** Why a snapshot or a delta had no effect on its book. */
export type DropReason =
  /** Its market is not followed, or no more. */
  | 'not_followed'
  /** It came by a connection that is closed or has been replaced. */
  | 'old_connection'
  /** A delta ahead of the first snapshot of its market. */
  | 'before_snapshot'
  /** A delta for a book that waits to be made whole. */
  | 'stale'

/** What came and what became of it, since the keeper was made. Fit to be shown as monotonic counters. */
export type BookCounts = {
  /** Snapshots that became a book. */
  snapshots: number
  /** Of these, those that carried neither side: empty markets, or a form that is no longer understood. */
  bareSnapshots: number
  /** Deltas that changed a book. */
  deltas: number
  /** Snapshots and deltas without effect. One that spoils its book is counted in `stale` instead. */
  readonly dropped: Record<DropReason, number>
  /** Turns from waiting or live to stale, by the reason that came first. */
  readonly stale: Record<StaleReason, number>
  /** Changes after which a book was locked, which passes, or crossed. */
  locked: number
  crossed: number
  /** Connections that were followed by another. */
  reconnects: number
}

/** All at nothing. */
export function createBookCounts(): BookCounts {
  return {
    snapshots: 0,
    bareSnapshots: 0,
    deltas: 0,
    dropped: { not_followed: 0, old_connection: 0, before_snapshot: 0, stale: 0 },
    stale: {
      sequence_hole: 0,
      invalid_frame: 0,
      subscription_lost: 0,
      disconnected: 0,
      negative: 0,
      crossed: 0,
      out_of_range: 0,
      duplicate_price: 0,
    },
    locked: 0,
    crossed: 0,
    reconnects: 0,
  }
}
