import type {
  Decision,
  DecisionAction,
  Follow,
  FollowedWhale,
  FollowOrder,
  WhaleProcessing,
} from '@whalecast/events'
import { followedWhale } from './follow-messages.ts'
import type { UnderWay } from './orders-under-way.ts'

/** Entries of the log `decisions`, oldest first. */
export type Told =
  | { readonly type: 'decision'; readonly data: Decision }
  | { readonly type: 'whale_processing'; readonly data: WhaleProcessing }

export type Followed = Omit<FollowedWhale, 'age_seconds'>

/** What a follower needs to go on where another one stopped. */
export type Restored = {
  readonly judged: readonly { readonly whaleId: string; readonly atMs: number }[]
  readonly followed: readonly Followed[]
  /** Orders in their order: when each was made, and how it ended if it did. */
  readonly orders: readonly { readonly atMs: number; readonly succeeded: boolean | undefined }[]
  /** Orders that were announced and not decided: perhaps sent, perhaps not. */
  readonly underWay: readonly UnderWay[]
  /** Decisions whose end was not told. */
  readonly unfinished: readonly { readonly whaleId: string; readonly action: DecisionAction }[]
  readonly day: Follow['day'] | undefined
}

/** Reads the log and the newest `follow`; the log is the truth, `follow` knows prices and days that left the log. */
export function restore(log: readonly Told[], follow: Follow | undefined): Restored {
  const announced = new Map<string, FollowOrder>()
  const decided = new Map<string, Decision>()
  const completed = new Set<string>()
  for (const { type, data } of log) {
    if (type === 'decision') decided.set(data.whale_id, data)
    else if (data.status === 'complete') completed.add(data.whale_id)
    else if (data.order) announced.set(data.whale_id, data.order)
  }
  const orders = [...announced].map(([whaleId, order]) => ({
    whaleId,
    order,
    decision: decided.get(whaleId),
  }))
  return {
    judged: [...decided.values()].map(({ whale_id, timestamp_ms }) => ({
      whaleId: whale_id,
      atMs: timestamp_ms,
    })),
    followed: mergeFollowed(orders, follow),
    orders: orders.map(({ order, decision }) => ({
      atMs: order.requested_at_ms,
      succeeded: decision && decision.action === 'followed',
    })),
    underWay: orders.filter(({ decision }) => !decision).map(({ whaleId, order }) => ({ whaleId, order })),
    unfinished: [...decided.values()]
      .filter(({ whale_id }) => !completed.has(whale_id))
      .map(({ whale_id, action }) => ({ whaleId: whale_id, action })),
    day: follow?.day,
  }
}

type Ordered = UnderWay & { readonly decision: Decision | undefined }

function mergeFollowed(orders: readonly Ordered[], follow: Follow | undefined): Followed[] {
  const followed = new Map<string, Followed>()
  for (const { whaleId, order, decision } of orders) {
    if (decision?.action !== 'followed') continue
    const { order_id, timestamp_ms } = decision
    const result = {
      order_id,
      filled_e2: order.count_e2,
      remaining_e2: 0,
      average_price_e4: null,
      timestamp_ms,
    }
    // The log says that it was followed; how much of it was bought at once, only `follow` knows.
    followed.set(whaleId, { ...followedWhale(whaleId, order, result), filled_count: null })
  }
  for (const { age_seconds: _, ...known } of follow?.followed_whales ?? [])
    followed.set(known.whale_id, known)
  return [...followed.values()].toSorted((a, b) => a.placed_at_ms - b.placed_at_ms)
}
