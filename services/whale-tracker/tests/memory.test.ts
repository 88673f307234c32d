import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { RecentIds } from '@whalecast/bus'
import { sampleAccount } from '@whalecast/events/testing'
import { memoryOfADay } from '@whalecast/testkit'
import { Follower } from '../src/domain/follow/follower.ts'
import { toQuote } from '../src/domain/follow/quote.ts'
import { restore } from '../src/domain/follow/restore.ts'
import { toWhaleQueue } from '../src/domain/messages.ts'
import { WhaleTracker } from '../src/domain/whales.ts'
import { followRule, makeBook, makeHealth, makeResult } from '../src/testing/following.ts'
import { epochMs, makeTrade, minute, seededRandom } from '../src/testing/trades.ts'

const tradesPerSecond = 2
const rule = {
  queueSize: 10,
  windowMs: 5 * minute,
  minSizeE6: 100e6,
  eventMinPayoutE6: 10_000e6,
  metric: 'payout' as const,
}

/** An id as the exchange makes them. */
function uuid(n: number): string {
  const hex = createHash('md5').update(`${n}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

test('a day of trades and followed whales takes no more memory than its first hours', () => {
  let nowMs = epochMs
  let count = 0
  let orders = 0
  const random = seededRandom(7)
  const ids = new RecentIds({ windowMs: 10 * minute, maxIds: 4_000_000, now: () => nowMs })
  const tally = { seen: 0, discarded: 0, duplicates: 0, watermarkMs: 0 }
  const tracker = new WhaleTracker(rule, { tally, trades: [] })
  const orderIdOf = (whaleId: string) => `id-${whaleId}`
  const restored = restore([], undefined)
  const follower = new Follower({
    rule: { ...followRule, maxDailyTrades: 100_000, maxPortfolioE6: 1e15 },
    restored,
    orderIdOf,
    nowMs,
  })

  const follow = () => {
    const { queue } = toWhaleQueue(
      { rule, tally: tracker.tally, prints: tracker.top(nowMs) },
      () => undefined,
      nowMs,
    )
    follower.onQueue({ queue: [...queue] }, nowMs)
    follower.onHealth(makeHealth('ready', nowMs))
    follower.onAccount(sampleAccount({ synced_at_ms: nowMs, positions: [], orders: [] }), nowMs)
    const quotes = new Map(
      follower
        .wantedBooks(nowMs)
        .map((ticker) => [ticker, toQuote({ ...makeBook(ticker), timestamp_ms: nowMs }, nowMs)]),
    )
    for (const step of follower.step(nowMs, quotes)) {
      if (step.type === 'decide') follower.onTold(step.decision)
      if (step.type !== 'order') continue
      orders += 1
      follower.onResult(
        makeResult({
          client_order_id: orderIdOf(step.whaleId),
          whale_id: step.whaleId,
          timestamp_ms: nowMs,
        }),
      )
    }
  }

  const grew = memoryOfADay((second) => {
    nowMs = epochMs + second * 1_000
    const trades = Array.from({ length: tradesPerSecond }, () => {
      count += 1
      // Each minute a whale, in a market of its own.
      const isLarge = count % (60 * tradesPerSecond) === 0
      return makeTrade({
        trade_id: uuid(count),
        market_ticker: isLarge ? `KXLARGE-${count}` : `KXSMALL-${count % 5_000}`,
        count_e2: isLarge ? 2_000_000 : 100 + Math.floor(random() * 30_000),
        executed_at_ms: nowMs,
      })
    })
    tracker.onTrades(trades, (id) => ids.add(id), nowMs)
    follow()
  })

  expect(tracker.tally).toMatchObject({ seen: count, duplicates: 0 })
  expect(orders).toBeGreaterThan(500)
  expect(ids.size).toBeLessThanOrEqual(20 * 60 * tradesPerSecond + tradesPerSecond)
  const { pending, judged, followed, markets } = follower.sizes
  expect(Math.max(pending, judged, followed, markets)).toBeLessThanOrEqual(1_000)
  expect(follower.view(nowMs).followed_whales.length).toBeLessThanOrEqual(100)
  // Bytes an hour; the ids of an hour alone would be more than ten times that.
  expect(grew).toBeLessThan(20_000)
}, 120_000)
