import type { AccountFacts, BooksStanding } from './domain/desk-health.ts'
import type { DirectoryFacts } from './domain/health.ts'
import type { FeedFacts } from './domain/feed/feed-state.ts'
import { TradeRate } from './domain/trades/trade-rate.ts'

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
    account: newAccount(startedAtMs, 'unknown'),
    /** Read from the parts of the leader; a standby has none. */
    readings: {
      queueUtilization: () => 0,
      gapWaitingSinceMs: (): number | null => null,
      marketsKnown: () => 0,
      lookupsPending: () => 0,
      /** Of this connection; a new one begins from zero, a repeated snapshot does not. */
      booksReceived: () => ({ markets: 0, snapshots: 0, deltas: 0 }),
      booksStanding: (): BooksStanding => ({ followed: 0, live: 0, notLiveSinceMs: null }),
    },
  }
}

/** An account of which nothing is known yet. */
export function newAccount(startedAtMs: number, access: AccountFacts['access']): Mutable<AccountFacts> {
  return {
    startedAtMs,
    access,
    syncedAtMs: null,
    updatedAtMs: null,
    lastError: '',
    listening: false,
    positions: 0,
    fills: 0,
    orders: 0,
    connections: 0,
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
