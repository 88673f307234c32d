import { tradeSchema, type Trade } from '@whalecast/events'
import type { Outcome, Tally, TrackerState } from './whales.ts'

const tallyField = 'tally'
const printPrefix = 'print:'

/** The state as it was stored, and the fields that could not be read; those are left out of it. */
export type Decoded = { readonly state: TrackerState; readonly unreadable: readonly string[] }

/** Reads the fields of a partition. Fields of other owners are left alone; a broken one of ours costs itself only. */
export function decodeState(fields: ReadonlyMap<string, string>): Decoded {
  let tally: Tally = { seen: 0, discarded: 0, duplicates: 0, watermarkMs: 0 }
  const trades: Trade[] = []
  const unreadable: string[] = []
  for (const [field, text] of fields) {
    if (field === tallyField) {
      const read = readTally(parsed(text))
      if (read === undefined) unreadable.push(field)
      else tally = read
    } else if (field.startsWith(printPrefix)) {
      const read = tradeSchema.safeParse(parsed(text))
      if (read.success) trades.push(read.data)
      else unreadable.push(field)
    }
  }
  return { state: { tally, trades }, unreadable }
}

/** What a batch changes in the stored fields: the tally, and one field for each print that came or left. */
export function encodeChanges(
  tally: Tally,
  { added, removed }: Pick<Outcome, 'added' | 'removed'>,
): { readonly set: Readonly<Record<string, string>>; readonly del: readonly string[] } {
  const set: Record<string, string> = { [tallyField]: JSON.stringify(tally) }
  for (const { trade } of added) set[printPrefix + trade.trade_id] = JSON.stringify(trade)
  return { set, del: removed.map((id) => printPrefix + id) }
}

function readTally(value: unknown): Tally | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { seen, discarded, duplicates, watermarkMs }: Record<string, unknown> = { ...value }
  if (!isCount(seen) || !isCount(discarded) || !isCount(duplicates) || !isCount(watermarkMs)) return undefined
  return discarded <= seen ? { seen, discarded, duplicates, watermarkMs } : undefined
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
