import type { Position } from '@whalecast/events'
import type { LogEntry, Progress } from './broker.ts'

/** Whether `entry` is provably the next after `position`, without the entry at the position itself. */
export function follows(position: Position, entry: LogEntry): boolean {
  if (position.epoch === 0) return entry.position.offset === 1
  return entry.position.epoch === position.epoch && entry.position.offset === position.offset + 1
}

/** Whether a batch is covered by what was committed. */
export function isAtOrBefore(batch: Progress, committed: Progress): boolean {
  return batch.term < committed.term || (batch.term === committed.term && batch.seq <= committed.seq)
}

/** Whether a log has moved on since a position. Epochs only grow. */
export function isBehind(position: Position, top: Position): boolean {
  return top.epoch > position.epoch || (top.epoch === position.epoch && top.offset > position.offset)
}
