import type { Trade } from './frames.ts'
import { mergeNewest } from './newest.ts'

/** Rows on the tape; older prints leave it. */
export const tapeRows = 100

export type Tape = {
  /** Newest first. */
  readonly rows: readonly Trade[]
  readonly paused: boolean
  /** Prints that came while paused; as many of them as there are rows are kept. */
  readonly waiting: readonly Trade[]
  readonly waitingCount: number
  /** Prints since the page was opened, whether shown or not. */
  readonly total: number
}

export const emptyTape: Tape = { rows: [], paused: false, waiting: [], waitingCount: 0, total: 0 }

const rule = {
  id: (trade: Trade) => trade.trade_id,
  at: (trade: Trade) => trade.timestamp_ms,
  max: tapeRows,
}

/** Takes a batch of prints, in their order of coming. A print that is known already changes nothing. */
export function onTrades(tape: Tape, trades: readonly Trade[]): Tape {
  const known = new Set([...tape.rows, ...tape.waiting].map(rule.id))
  const fresh = trades.filter((trade) => !known.has(trade.trade_id))
  if (fresh.length === 0) return tape
  const total = tape.total + fresh.length
  if (!tape.paused) return { ...tape, rows: mergeNewest(tape.rows, fresh, rule), total }
  return {
    ...tape,
    waiting: mergeNewest(tape.waiting, fresh, rule),
    waitingCount: tape.waitingCount + fresh.length,
    total,
  }
}

/** Holds the rows still, or lets in what came meanwhile. */
export function onTapePaused(tape: Tape, paused: boolean): Tape {
  if (tape.paused === paused) return tape
  if (paused) return { ...tape, paused }
  const rows = mergeNewest(tape.rows, tape.waiting, rule)
  return { ...tape, paused, rows, waiting: [], waitingCount: 0 }
}
