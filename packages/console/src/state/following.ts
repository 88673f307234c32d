import { noDeadlines, settleDeadlines, type Deadlines } from './deadlines.ts'
import type { Decision, DecisionAction, Follow, WhaleEntry, WhaleProcessing } from './frames.ts'
import { mergeNewest } from './newest.ts'
import type { WhaleRow } from './whale-rows.ts'

/** What is known of whales being judged and followed. */
export type Following = {
  /** How following stands; null before it was said. */
  readonly follow: Follow | null
  /** Newest first, one a whale. */
  readonly decisions: readonly Decision[]
  /** What became of each whale that was judged, also of those that left the list above. */
  readonly judged: ReadonlyMap<string, DecisionAction>
  /** Whales whose row is highlighted, and until when. */
  readonly processing: Deadlines
}

export const nothingFollowed: Following = {
  follow: null,
  decisions: [],
  judged: new Map(),
  processing: noDeadlines,
}

const decisionLines = 100
// More than any queue holds in its window; the oldest go.
const judgedIds = 2_000
const highlightAfterMs = 300
// Whoever judges dies now and then; nothing is shown as being judged for ever.
const longestJudgingMs = 10_000

const rule = {
  id: (decision: Decision) => decision.whale_id,
  at: (decision: Decision) => decision.timestamp_ms,
  max: decisionLines,
}

export function onDecision(following: Following, decision: Decision): Following {
  const decisions = mergeNewest(following.decisions, [decision], rule)
  return { ...following, decisions, judged: judge(following.judged, decision.whale_id, decision.action) }
}

/** `ageMs`: how old the telling is. What a new client is told of the past lights no row. */
export function onProcessing(
  following: Following,
  { whale_id, status, action }: WhaleProcessing,
  { atMs, ageMs }: { readonly atMs: number; readonly ageMs: number },
): Following {
  const done = status === 'complete'
  const judged =
    done && action !== null && !following.judged.has(whale_id)
      ? judge(following.judged, whale_id, action)
      : following.judged
  if (ageMs > longestJudgingMs) return { ...following, judged }
  const endsAtMs = atMs + (done ? highlightAfterMs : longestJudgingMs)
  return { ...following, judged, processing: new Map(following.processing).set(whale_id, endsAtMs) }
}

export function settleFollowing(following: Following, atMs: number): Following {
  const processing = settleDeadlines(following.processing, atMs)
  return processing === following.processing ? following : { ...following, processing }
}

/** `left`: it went out of the queue and nobody judged it. */
export type WhaleStatus = 'followed' | 'processing' | 'processed' | 'queued' | 'left'

/** The status of a row, and what became of the whale where that is known. */
export function statusOfWhale(
  following: Following,
  { entry, phase }: Pick<WhaleRow, 'phase'> & { readonly entry: Pick<WhaleEntry, 'whale_id'> },
): { readonly status: WhaleStatus; readonly action: DecisionAction | null } {
  const id = entry.whale_id
  const bought = following.follow?.followed_whales.some((each) => each.whale_id === id) ?? false
  const action = bought ? 'followed' : (following.judged.get(id) ?? null)
  if (action === 'followed') return { status: 'followed', action }
  if (following.processing.has(id)) return { status: 'processing', action }
  if (action !== null) return { status: 'processed', action }
  return { status: phase === 'queued' ? 'queued' : 'left', action }
}

function judge(
  judged: Following['judged'],
  whaleId: string,
  action: DecisionAction,
): ReadonlyMap<string, DecisionAction> {
  const next = new Map(judged)
  next.delete(whaleId)
  next.set(whaleId, action)
  for (const oldest of next.keys()) {
    if (next.size <= judgedIds) break
    next.delete(oldest)
  }
  return next
}
