import {
  printFields,
  riskDollars,
  roundTo,
  type Market,
  type Whale,
  type WhaleQueue,
} from '@whalecast/events'
import type { Print } from './print.ts'
import { judgeSeverity } from './severity.ts'
import type { Tally, WhaleRule } from './whales.ts'

/** What is known of a market by name. */
export type MarketName = Readonly<Pick<Market, 'title' | 'sub_title' | 'event_ticker'>>
/** The name of a market, when it is known. */
export type NameOf = (marketTicker: string) => MarketName | undefined

/** The message about one whale. */
export function toWhale({ trade, sizeE6 }: Print, name: MarketName | undefined, nowMs: number): Whale {
  const { severity, reason } = judgeSeverity(trade.count_e2)
  return {
    whale_id: trade.trade_id,
    ...printFields(trade),
    title: name?.title ?? null,
    sub_title: name?.sub_title ?? null,
    event_ticker: name?.event_ticker ?? null,
    risk_dollars: riskDollars(trade),
    whale_size_dollars: sizeE6 / 1e6,
    severity,
    severity_reason: reason,
    detected_at_ms: nowMs,
  }
}

/** What the queue's message is made of. */
export type QueueView = {
  readonly rule: WhaleRule
  readonly tally: Tally
  /** Largest first. */
  readonly prints: readonly Print[]
}

/** The message of the whole queue as it is at `nowMs`. */
export function toWhaleQueue({ rule, tally, prints }: QueueView, nameOf: NameOf, nowMs: number): WhaleQueue {
  return {
    queue: prints.map(({ trade, sizeE6 }) => {
      const name = nameOf(trade.market_ticker)
      return {
        whale_id: trade.trade_id,
        ...printFields(trade),
        title: name?.title ?? null,
        sub_title: name?.sub_title ?? null,
        risk_dollars: riskDollars(trade),
        whale_size_dollars: sizeE6 / 1e6,
        age_seconds: Math.max(0, roundTo((nowMs - trade.executed_at_ms) / 1_000, 1)),
      }
    }),
    stats: {
      trades_seen: tally.seen,
      trades_discarded: tally.discarded,
      trades_accepted: tally.seen - tally.discarded,
      discard_rate_percent: tally.seen === 0 ? 0 : roundTo((tally.discarded / tally.seen) * 100, 1),
      queue_size: prints.length,
      max_queue_size: rule.queueSize,
      window_minutes: rule.windowMs / 60_000,
      min_size_dollars: rule.minSizeE6 / 1e6,
      size_metric: rule.metric,
    },
    timestamp_ms: nowMs,
  }
}
