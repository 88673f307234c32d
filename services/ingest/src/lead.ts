import { setMaxListeners } from 'node:events'
import type { Bus, Lease, Notice } from '@whalecast/bus'
import type { PortfolioReads } from '@whalecast/kalshi'
import { unlessAborted, type Logger } from '@whalecast/runtime'
import type { ReconnectingSocket } from '@whalecast/socket'
import { AccountDesk } from './adapters/account/account-desk.ts'
import { Announcer } from './adapters/announcer.ts'
import { BookDesk } from './adapters/books/book-desk.ts'
import { watchHotMarkets } from './adapters/books/hot-market-sources.ts'
import { MarketLookups, type MarketSource } from './adapters/directory/market-lookups.ts'
import { PositionKeeper } from './adapters/trades/position-keeper.ts'
import { Refiller, type ReadTrades } from './adapters/trades/refiller.ts'
import { takeStock } from './adapters/take-stock.ts'
import { tellNotices } from './adapters/tell-notices.ts'
import { TradeIntake } from './adapters/trades/trade-intake.ts'
import type { Counters } from './counters.ts'
import { horizonMs } from './domain/trades/gap-book.ts'
import { MarketDirectory } from './domain/directory/market-directory.ts'
import { Watermark } from './domain/trades/watermark.ts'
import { ExchangeFeed } from './feed.ts'
import type { Known } from './known.ts'
import { newAccount, newFeed, type IngestRecord } from './record.ts'

export type LeadDeps = {
  readonly bus: Bus
  readonly lease: Lease
  /** Calls back with what the bus has to say; returns what ends that. */
  readonly onNotices: (handle: (notice: Notice) => void) => () => void
  readonly openSocket: (signal: AbortSignal) => ReconnectingSocket
  readonly rest: MarketSource & { readonly readTrades: ReadTrades }
  /** None where somebody else publishes the account. */
  readonly portfolio: PortfolioReads | undefined
  readonly record: IngestRecord
  readonly counters: Counters
  readonly logger: Logger
  readonly queueCapacity: number
  readonly bookMarkets: readonly string[]
  readonly known: Known
  /** Aborts when the process stops or the lease is lost. */
  readonly over: AbortSignal
  readonly now: () => number
}

/**
 * Owns the exchange for one term. Everything in here is made anew at each term, so
 * that nothing of an earlier one is taken for true. Returns what the process knows now.
 */
export async function lead(deps: LeadDeps): Promise<Known> {
  const { bus, lease, record, counters, logger, now } = deps
  const { fence } = lease
  const deposed = new AbortController()
  const signal = AbortSignal.any([deps.over, deposed.signal])
  // Every part has a loop or two that waits on it.
  setMaxListeners(64, signal)
  const announcer = new Announcer(bus, fence, (reason) => counters.dropped.inc({ reason }))
  const found = await unlessAborted(takeStock({ ...deps, fence }), signal)
  if (found === undefined) return deps.known
  const { producer, stored, open } = found
  const endNotices = tellNotices({ ...deps, announcer, onRefused: () => deposed.abort() })
  const watermark = new Watermark(stored ?? deps.known.untilMs)
  const intake: TradeIntake = new TradeIntake({
    bus,
    producer,
    signal,
    now,
    onPause: () => feed.onPause(true),
    onResume: () => feed.onPause(false),
    onFenced: () => deposed.abort(),
  })
  const refiller = new Refiller({
    readTrades: deps.rest.readTrades,
    intake,
    announcer,
    counters,
    logger,
    now,
  })
  const directory = new MarketDirectory()
  const lookups = new MarketLookups({
    source: deps.rest,
    directory,
    bus,
    fence,
    record,
    counters,
    logger,
    now,
  })
  const books = new BookDesk({ bus, fence, counters, configured: deps.bookMarkets, now })
  const endHotMarkets = watchHotMarkets(bus, books)
  const { portfolio } = deps
  const common = { bus, fence, announcer, record, counters, logger, now }
  const account =
    portfolio === undefined ? undefined : new AccountDesk({ ...common, portfolio, stored: found.account })
  record.role = 'leader'
  record.feed = newFeed(record.feed.startedAtMs)
  record.account = newAccount(now(), account === undefined ? 'off' : 'unknown')
  record.directory.preloaded = false
  record.readings = {
    queueUtilization: () => producer.utilization,
    gapWaitingSinceMs: () => refiller.waitingSinceMs,
    marketsKnown: () => directory.size,
    lookupsPending: () => directory.pending,
    booksReceived: () => books.received,
    booksStanding: () => books.standing(),
  }
  const feed = new ExchangeFeed({
    socket: deps.openSocket(signal),
    intake,
    refiller,
    lookups,
    announcer,
    record,
    counters,
    logger,
    books,
    account,
    watermark,
    signal,
    now,
  })
  const keeper = new PositionKeeper({
    bus,
    fence,
    producer,
    position: () => watermark.positionMs(record.feed, refiller.openSinceMs),
    now,
  })

  try {
    for (const gap of open) refiller.open(gap)
    // What was in the queue went with the rest of Redis.
    if (found.isReset) refiller.open({ cause: 'redis_reset', sinceMs: now() - horizonMs, untilMs: null })
    else if (stored !== undefined) refiller.open({ cause: 'restart', sinceMs: stored, untilMs: null })
    const parts: readonly { run(signal: AbortSignal): Promise<void> }[] = [
      feed,
      refiller,
      lookups,
      keeper,
      books,
      ...(account === undefined ? [] : [account]),
    ]
    await Promise.all(parts.map((part) => part.run(signal)))
  } finally {
    const intact = !deposed.signal.aborted && !lease.lost.aborted
    deposed.abort()
    feed.stop()
    record.role = 'standby'
    endNotices()
    endHotMarkets()
    // While Redis is away nobody can be told, and what was taken goes out when it is back.
    const closing = bus.connected ? unlessAborted(finish(), lease.lost) : producer.close()
    if (bus.connected) await closing
    async function finish() {
      if (intact) await keeper.write(lease.lost)
      await producer.close()
      await announcer.settled()
    }
  }
  return { untilMs: watermark.executedMs, proof: announcer.proof ?? deps.known.proof }
}
