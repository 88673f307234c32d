import type { Bus, Fence } from '@whalecast/bus'
import type { FeedGap } from '@whalecast/events'
import type { Known } from '../known.ts'
import { horizonMs } from '../domain/trades/gap-book.ts'

export type StockDeps = {
  readonly bus: Bus
  readonly fence: Fence
  readonly queueCapacity: number
  readonly known: Known
  readonly now: () => number
}

/**
 * What an earlier term has left: the queue, up to where the trades are in it, which gaps are open, the account; and
 * whether Redis has lost what it had.
 */
export async function takeStock(deps: StockDeps) {
  const { bus, fence, queueCapacity: capacity } = deps
  const producer = await bus.producer('trades', { partition: 0, fence, capacity })
  const stored = (await bus.latest('feed_position'))?.data.executed_at_ms
  const account = (await bus.latest('account'))?.data
  const isReset = deps.known.untilMs > 0 && (stored === undefined || !(await isWhole(deps)))
  return { producer, stored, account, isReset, open: await openGaps(deps) }
}

/**
 * Whether what this process had told is still there. That a position is stored proves nothing: the last one of a term
 * may have been on its way when Redis died, and been written by a resent command into the empty one that followed.
 */
async function isWhole({ bus, known: { proof } }: StockDeps): Promise<boolean> {
  if (proof === undefined) return true
  const { epoch, offset } = proof.position
  const [next] = await bus.history('feed', { limit: 1, after: { epoch, offset: offset - 1 } })
  // Trimmed away by newer entries it is whole as well; a Redis that came back empty counts from 1.
  return next !== undefined && (next.id === proof.id || next.position.offset > offset)
}

/** The gaps in the trades that can still be closed. */
async function openGaps({ bus, now }: StockDeps) {
  const newest = new Map<string, FeedGap>()
  for (const message of await bus.history('feed', { limit: 500 })) {
    if (message.type === 'feed_gap') newest.set(message.data.gap_id, message.data)
  }
  return [...newest.values()]
    .filter((gap) => gap.channel === 'trade' && gap.missing === null && gap.since_ms > now() - horizonMs)
    .map((gap) => ({
      id: gap.gap_id,
      cause: gap.cause,
      sinceMs: gap.since_ms,
      untilMs: gap.until_ms,
      filled: gap.filled,
      hole: gap.from === null || gap.to === null ? undefined : { from: gap.from, to: gap.to },
    }))
}
