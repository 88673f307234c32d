import type { DirectoryFacts } from './domain/health.ts'
import type { FeedFacts } from './domain/feed-state.ts'
import { TradeRate } from './domain/trade-rate.ts'

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** What this process knows of itself, for health and facts. Written by its parts, judged by pure functions. */
export type IngestRecord = ReturnType<typeof createRecord>

export function createRecord(startedAtMs: number) {
  return {
    role: 'standby' as 'standby' | 'leader',
    feed: newFeed(startedAtMs),
    directory: {
      startedAtMs,
      lastAnswerAtMs: null,
      lastError: '',
      preloaded: false,
    } as Mutable<DirectoryFacts>,
    tradesReceived: 0,
    firstTradeReceivedMs: null as number | null,
    rate: new TradeRate(),
    /** Of this connection; a new one begins from zero, a repeated snapshot does not. */
    books: { snapshots: 0, deltas: 0, markets: new Set<string>() },
    /** Read from the parts of the leader; a standby has none. */
    readings: {
      queueUtilization: () => 0,
      gapWaitingSinceMs: (): number | null => null,
      marketsKnown: () => 0,
      lookupsPending: () => 0,
    },
  }
}

/** A feed of which nothing is known yet. */
export function newFeed(startedAtMs: number): Mutable<FeedFacts> {
  return {
    startedAtMs,
    openedAtMs: null,
    establishedAtMs: null,
    confirmedAtMs: null,
    pausedAtMs: null,
    lastActivityAtMs: null,
    lastTradeAtMs: null,
    closeReason: '',
    ended: null,
    tradingHalted: false,
  }
}
