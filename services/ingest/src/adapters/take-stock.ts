import type { Bus, Fence } from '@whalecast/bus'
import type { FeedGap } from '@whalecast/events'
import { horizonMs } from '../domain/gap-book.ts'

export type StockDeps = {
  readonly bus: Bus
  readonly fence: Fence
  readonly queueCapacity: number
  readonly now: () => number
}

/** What an earlier term has left: the queue, up to where the trades are in it, which gaps are open, and the account. */
export async function takeStock(deps: StockDeps) {
  const { bus, fence, queueCapacity: capacity } = deps
  const producer = await bus.producer('trades', { partition: 0, fence, capacity })
  const stored = (await bus.latest('feed_position'))?.data.executed_at_ms
  const account = (await bus.latest('account'))?.data
  return { producer, stored, account, open: await openGaps(deps) }
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
