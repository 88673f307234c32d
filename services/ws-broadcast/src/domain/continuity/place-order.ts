import type { Position } from '@whalecast/events'

/** Whether a place comes after another. Epochs only grow. */
export const isAfter = (a: Position, b: Position): boolean =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.offset > b.offset)
