import type { Bus, Lease, Notice } from '@whalecast/bus'
import type { FeedGap } from '@whalecast/events'
import { unlessAborted, type Logger } from '@whalecast/runtime'
import type { ReconnectingSocket } from '@whalecast/socket'
import { Announcer } from './adapters/announcer.ts'
import { MarketLookups, type MarketSource } from './adapters/market-lookups.ts'
import { PositionKeeper } from './adapters/position-keeper.ts'
import { Refiller, type ReadTrades } from './adapters/refiller.ts'
import { TradeIntake } from './adapters/trade-intake.ts'
import type { Counters } from './counters.ts'
import { Episodes, fromNotice, toActivity } from './domain/activities.ts'
import { horizonMs } from './domain/gap-book.ts'
import { MarketDirectory } from './domain/market-directory.ts'
import { Watermark } from './domain/watermark.ts'
import { ExchangeFeed } from './feed.ts'
import { newFeed, type IngestRecord } from './record.ts'

export type LeadDeps = {
  readonly bus: Bus
  readonly lease: Lease
  /** Calls back with what the bus has to say; returns what ends that. */
  readonly onNotices: (handle: (notice: Notice) => void) => () => void
  readonly openSocket: (signal: AbortSignal) => ReconnectingSocket
  readonly rest: MarketSource & { readonly readTrades: ReadTrades }
  readonly record: IngestRecord
  readonly counters: Counters
  readonly logger: Logger
  readonly queueCapacity: number
  readonly bookMarkets: readonly string[]
  /** Up to where this process had known the trades when it last led; 0 for never. */
  readonly knownUntilMs: number
  /** Aborts when the process stops or the lease is lost. */
  readonly over: AbortSignal
  readonly now: () => number
}

/**
 * Owns the exchange for one term. Everything in here is made anew at each term, so
 * that nothing of an earlier one is taken for true. Returns up to where the trades are known.
 */
export async function lead(deps: LeadDeps): Promise<number> {
  const { bus, lease, record, counters, logger, now } = deps
  const { fence } = lease
  const deposed = new AbortController()
  const signal = AbortSignal.any([deps.over, deposed.signal])
  const announcer = new Announcer(bus, fence, (reason) => counters.dropped.inc({ reason }))
  const found = await unlessAborted(takeStock(deps), signal)
  if (found === undefined) return deps.knownUntilMs
  const { producer, stored, open } = found
  const notices = tellNotices(deps, announcer, () => deposed.abort())
  const watermark = new Watermark(stored ?? deps.knownUntilMs)
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
  record.role = 'leader'
  record.feed = newFeed(record.feed.startedAtMs)
  record.directory.preloaded = false
  record.readings = {
    queueUtilization: () => producer.utilization,
    gapWaitingSinceMs: () => refiller.waitingSinceMs,
    marketsKnown: () => directory.size,
    lookupsPending: () => directory.pending,
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
    bookMarkets: deps.bookMarkets,
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
    if (stored !== undefined) refiller.open({ cause: 'restart', sinceMs: stored, untilMs: null })
    else if (deps.knownUntilMs > 0) {
      // This process knew where it stood and Redis does not: it came back empty, and the queue with it.
      refiller.open({ cause: 'redis_reset', sinceMs: now() - horizonMs, untilMs: null })
    }
    await Promise.all([feed.run(), refiller.run(signal), lookups.run(signal), keeper.run(signal)])
  } finally {
    const intact = !deposed.signal.aborted && !lease.lost.aborted
    deposed.abort()
    feed.stop()
    record.role = 'standby'
    notices()
    // While Redis is away nobody can be told, and what was taken goes out when it is back.
    const closing = bus.connected ? unlessAborted(finish(), lease.lost) : producer.close()
    if (bus.connected) await closing
    async function finish() {
      if (intact) await keeper.write(lease.lost)
      await producer.close()
      await announcer.settled()
    }
  }
  return watermark.executedMs
}

/** What an earlier term has left: the queue, up to where the trades are in it, and which gaps are open. */
async function takeStock(deps: LeadDeps) {
  const { bus, lease, queueCapacity: capacity } = deps
  const producer = await bus.producer('trades', { partition: 0, fence: lease.fence, capacity })
  const stored = (await bus.latest('feed_position'))?.data.executed_at_ms
  return { producer, stored, open: await openGaps(deps) }
}

/** The gaps in the trades that can still be closed. */
async function openGaps({ bus, now }: LeadDeps) {
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

/** Turns what the bus has to say into activities, one per episode; a refused queue ends the term. */
function tellNotices({ onNotices, counters, logger, now }: LeadDeps, announcer: Announcer, end: () => void) {
  const episodes = new Episodes()
  return onNotices((notice) => {
    if (notice.type === 'rejected') {
      counters.refused.inc({ target: notice.target })
      // `full` and `invalid` are answers to one item; anything else is the end of the queue for this term.
      if (notice.target.startsWith('trades') && !['full', 'invalid', 'closed'].includes(notice.reason)) end()
    }
    const told = fromNotice(notice)
    if (told === undefined) return
    const nowMs = now()
    if (told.episode !== undefined && !episodes.begins(told.episode, nowMs)) return
    logger.warn(told.message, told.metadata)
    announcer.activity(toActivity(told, announcer.nextId(told.type), nowMs))
  })
}
