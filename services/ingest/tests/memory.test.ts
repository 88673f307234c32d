import { expect, test } from '@jest/globals'
import { BookKeeper } from '@whalecast/book'
import { RecentIds } from '@whalecast/bus'
import type { AccountPosition, Market } from '@whalecast/events'
import type { AccountFill, OrderUpdate } from '@whalecast/kalshi'
import { memoryOfADay } from '@whalecast/testkit'
import { AccountBook, type Listener } from '../src/domain/account/account-book.ts'
import { Episodes } from '../src/domain/activities.ts'
import { HotMarkets } from '../src/domain/books/hot-markets.ts'
import { MarketDirectory } from '../src/domain/directory/market-directory.ts'
import { FrameTally } from '../src/domain/feed/frame-tally.ts'
import { SequenceLedger } from '../src/domain/feed/sequence-ledger.ts'
import { GapBook, horizonMs } from '../src/domain/trades/gap-book.ts'
import { TradeRate } from '../src/domain/trades/trade-rate.ts'
import { Watermark } from '../src/domain/trades/watermark.ts'

const epochMs = 1_800_000_000_000
const marketSeconds = 30
const listener: Listener = {
  mode: 'live',
  connected: true,
  positions_received: 0,
  fills_received: 0,
  orders_received: 0,
  connection_count: 1,
  last_update_ms: null,
}
const uuid = (n: number) => `7b7e2a60-0000-4000-8000-${String(n).padStart(12, '0')}`
/** The market that is traded in this second: another one each half minute, and none comes back. */
const tickerAt = (second: number) => `KXDAY-${Math.floor(second / marketSeconds)}`

/** The trades of the exchange, with a hole now and then, and a market that nobody knows yet. */
function openFeed() {
  let clockMs = epochMs
  const ids = new RecentIds({ maxIds: 4_000_000, windowMs: horizonMs, now: () => clockMs })
  const gaps = new GapBook()
  const directory = new MarketDirectory({ markets: 400, pending: 100, unknown: 100 })
  const tally = new FrameTally()
  const rate = new TradeRate()
  const watermark = new Watermark(epochMs)
  const episodes = new Episodes()
  let ledger = new SequenceLedger()
  let closed = 0
  const market = (market_ticker: string): Market => ({
    market_ticker,
    event_ticker: 'KXDAY',
    title: `Will ${market_ticker}?`,
    sub_title: null,
    status: 'active',
    close_at_ms: null,
  })
  return {
    sizes: () => ({ ids: ids.size, gaps: gaps.size, markets: directory.size, pending: directory.pending }),
    closed: () => closed,
    step(second: number, nowMs: number) {
      clockMs = nowMs
      // Another connection each ten minutes, with numbers of its own.
      if (second % 600 === 0) ledger = new SequenceLedger()
      for (const n of [2 * second, 2 * second + 1]) {
        ids.add(uuid(n))
        ledger.observe(n % 5, n)
        rate.add(nowMs)
        watermark.read({ executed_at_ms: nowMs, received_at_ms: nowMs })
        tally.add('trade', 'accepted')
      }
      episodes.begins(`rejected KXDAY-${second} full`, nowMs)
      const ticker = tickerAt(second)
      if (directory.want(ticker, false, nowMs) === 'queued') {
        directory.next()
        if (second % 7 === 0) directory.doubt(ticker, nowMs)
        else directory.learn(market(ticker))
      }
      if (second % 40 === 0) {
        const hole = { from: second, to: second + 1 }
        gaps.open({ id: `${second}`, cause: 'sequence', sinceMs: nowMs - 500, untilMs: nowMs, hole }, nowMs)
      }
      const pass = second % 10 === 0 ? gaps.begin(nowMs) : undefined
      pass?.found(nowMs)
      closed += gaps.end(pass !== undefined).filter(({ missing }) => missing !== null).length
    },
  }
}

/** Books of markets that are hot for a while. */
function openBooks() {
  const keeper = new BookKeeper()
  const hot = new HotMarkets({ max: 20 })
  let followed: ReadonlySet<string> = new Set()
  keeper.onOpen(1, epochMs)
  return {
    followed: () => followed.size,
    step(second: number, nowMs: number) {
      hot.replace('whales', [tickerAt(second), tickerAt(second + marketSeconds)], nowMs)
      const wanted = hot.wanted(nowMs)
      keeper.unfollow([...followed].filter((ticker) => !wanted.has(ticker)))
      keeper.follow(wanted, nowMs)
      followed = wanted
      const origin = { epoch: 1, sid: 1, ticker: tickerAt(second) }
      const priceE4 = 100 * (1 + (second % 40))
      if (second % 5 === 0) keeper.onSnapshot({ ...origin, yes: [[priceE4, 500]], no: [] }, nowMs)
      else keeper.onDelta({ ...origin, side: 'no', priceE4, deltaE2: 100 }, nowMs)
    },
  }
}

/** An account that buys in each market and is paid when it ends, over the socket and over REST. */
function openAccount() {
  const account = new AccountBook()
  /** Half of what is bought in a second. */
  const fillOf = (second: number, nowMs: number): AccountFill => ({
    fill_id: uuid(second),
    order_id: uuid(second),
    market_ticker: tickerAt(second),
    side: 'yes',
    action: 'buy',
    price_e4: 5_000,
    count_e2: 50,
    fee_e6: 0,
    is_taker: true,
    filled_at_ms: nowMs,
    position_after_e2: null,
  })
  const orderOf = (second: number, status: OrderUpdate['status']): OrderUpdate => ({
    order_id: uuid(second),
    client_order_id: null,
    market_ticker: tickerAt(second),
    side: 'yes',
    action: 'buy',
    price_e4: 5_000,
    initial_e2: 100,
    filled_e2: 0,
    remaining_e2: 100,
    status,
    order_group_id: 'g',
    created_at_ms: epochMs,
    updated_at_ms: epochMs,
  })
  const held = (second: number, nowMs: number): AccountPosition => ({
    market_ticker: tickerAt(second),
    position_e2: 100 * ((second % marketSeconds) + 1),
    cost_e6: 500_000,
    total_traded_e6: 500_000,
    realized_pnl_e6: 0,
    fees_e6: 0,
    updated_at_ms: nowMs,
    source: 'rest',
  })
  return {
    state: (nowMs: number) => account.account(listener, nowMs),
    step(second: number, nowMs: number) {
      if (second % 25 === 0) {
        account.onReading({
          readAtMs: nowMs,
          balanceE6: 1e9,
          positions: [held(second, nowMs)],
          orders: [],
          fills: [fillOf(second, nowMs)],
          settlements: [],
        })
      }
      account.onOrder(orderOf(second, 'resting'), nowMs)
      // Matched in two parts: so the names of fills, the largest memory here, turn over once within the first hours.
      const half = fillOf(second, nowMs)
      account.onFill(half)
      account.onFill({ ...half, fill_id: `${half.fill_id}-rest` })
      account.onOrder(orderOf(second, 'executed'), nowMs)
      const position = held(second, nowMs)
      account.onPosition(position, nowMs)
      if (second % marketSeconds !== marketSeconds - 1) return
      // All of it is sold again: an account that trades all the time is never quiet enough to be read anew.
      const sold = { ...fillOf(second, nowMs), action: 'sell', count_e2: position.position_e2 } as const
      account.onFill({ ...sold, fill_id: `${sold.fill_id}-sold` })
      account.onPosition({ ...position, position_e2: 0 }, nowMs)
    },
  }
}

test('days of trades, gaps, markets, books and fills take no more memory than their first hours', () => {
  const [feed, books, account] = [openFeed(), openBooks(), openAccount()]
  let nowMs = epochMs
  const grew = memoryOfADay(
    (second) => {
      nowMs = epochMs + second * 1_000
      feed.step(second, nowMs)
      books.step(second, nowMs)
      account.step(second, nowMs)
    },
    { days: 3 },
  )
  expect(feed.closed()).toBeGreaterThan(2_000)
  expect(feed.sizes()).toMatchObject({ markets: 400, pending: 0 })
  expect(feed.sizes().gaps).toBeLessThan(5)
  expect(feed.sizes().ids).toBeLessThanOrEqual(2 * 2 * (horizonMs / 1_000) + 2)
  expect(books.followed()).toBeLessThanOrEqual(20)
  const state = account.state(nowMs)
  expect([state?.fills.length, state?.orders.length, state?.positions.length]).toEqual([100, 0, 1])
  // Bytes an hour. One name a market that is never forgotten makes 9,000, the fills of an hour a hundred times that.
  expect(grew).toBeLessThan(4_000)
}, 120_000)
