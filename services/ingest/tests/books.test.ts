import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker } from '@whalecast/bus'
import type { Book, WhaleQueue } from '@whalecast/events'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { memoryBuses, openStack, runIngest, told } from './ingest-harness.ts'
import { openScriptedExchange } from './scripted-exchange.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

const one = 'KXTEST-26NOV24-A'
const two = 'KXTEST-26NOV24-B.5'

async function openSystem(bookMarkets: readonly string[] = [one]) {
  const stack = openStack()
  const exchange = stack.use(await openScriptedExchange())
  exchange.books.set(one, {
    yes_dollars_fp: [
      ['0.4400', '10.00'],
      ['0.4500', '2.50'],
    ],
    no_dollars_fp: [['0.5300', '7.00']],
  })
  exchange.books.set(two, { yes_dollars_fp: [['0.1000', '1.00']] })
  const broker = new MemoryBroker()
  const bus = createMemoryBus(broker, { instance: 'reader' })
  stack.defer(() => bus.close())
  const service = stack.use(runIngest({ exchange, openBus: memoryBuses(broker), bookMarkets }))
  await eventually(async () => (await told(bus)).states.at(-1) === 'live')
  const book = async (ticker: string) => (await bus.latest('book', ticker))?.data
  return { exchange, bus, book, service, [Symbol.asyncDispose]: stack[Symbol.asyncDispose] }
}

type System = Awaited<ReturnType<typeof openSystem>>

/** The book as soon as it is as it should be. */
const becomes = ({ book }: System, ticker: string, is: (book: Book) => boolean) =>
  eventually(async () => {
    const found = await book(ticker)
    return found !== undefined && is(found) ? found : false
  })

const queueOf = (...tickers: string[]): WhaleQueue => ({
  queue: tickers.map((market_ticker, n) => ({
    whale_id: `w${n}`,
    market_ticker,
    side: 'yes',
    price_cents: 50,
    count: 1_000,
    cost_dollars: 500,
    payout_dollars: 1_000,
    is_block_trade: false,
    timestamp_ms: 1,
    received_at_ms: 1,
    title: null,
    risk_dollars: 1,
    whale_size_dollars: 1_000,
    age_seconds: 0,
  })),
  stats: {
    trades_seen: 0,
    trades_discarded: 0,
    trades_accepted: 0,
    discard_rate_percent: 0,
    queue_size: tickers.length,
    max_queue_size: 10,
    window_minutes: 5,
    min_size_dollars: 100,
    size_metric: 'payout',
  },
  timestamp_ms: 1,
})

describe('order books', () => {
  test('a snapshot and the deltas after it are told as a book in cents', async () => {
    await using system = await openSystem()
    const { exchange, service } = system
    const first = await becomes(system, one, ({ state }) => state === 'live')
    expect(first).toMatchObject({
      yes: [
        { price_cents: 45, count: 2.5 },
        { price_cents: 44, count: 10 },
      ],
      no: [{ price_cents: 53, count: 7 }],
      best_yes_bid_cents: 45,
      best_yes_ask_cents: 47,
      spread_cents: 2,
      mid_cents: 46,
      yes_depth: 12.5,
      no_depth: 7,
    })
    exchange.delta(one, { side: 'yes', price: '0.4600', by: '3.00' })
    exchange.delta(one, { side: 'no', price: '0.5300', by: '-7.00' })
    const changed = await becomes(system, one, ({ best_yes_bid_cents }) => best_yes_bid_cents === 46)
    expect(changed).toMatchObject({ no: [], best_yes_ask_cents: null, spread_cents: null, no_depth: 0 })
    expect(service.status('order_books')).toMatchObject({
      status: 'healthy',
      details: { followed: 1, live: 1 },
    })
    expect(service.facts()).toMatchObject({ markets_connected: 1, snapshots_received: 1, deltas_received: 2 })
  })

  test('a thousand changes are a few books', async () => {
    await using system = await openSystem()
    const { bus, exchange } = system
    await becomes(system, one, ({ state }) => state === 'live')
    const seen: number[] = []
    const end = bus.subscribe('book', ({ data }) => void seen.push(data.yes_depth), { key: one })
    const began = Date.now()
    // Over half a second, so that many are told if nothing holds them back.
    let changes = 0
    for (; changes < 1_000 || Date.now() - began < 500; changes += 1) {
      exchange.delta(one, { side: 'yes', price: '0.4000', by: '1.00' })
      if (changes % 2 === 0) await nextTurn()
    }
    await eventually(() => seen.at(-1) === changes + 12.5)
    // One each 100 ms, the one there was, and the one that was under way.
    expect(seen.length).toBeLessThanOrEqual(Math.ceil((Date.now() - began) / 100) + 2)
    end()
  })

  test('a hole makes the book stale until the snapshot that is asked for has come; a cut does too', async () => {
    await using system = await openSystem()
    const { exchange, book } = system
    await becomes(system, one, ({ state }) => state === 'live')
    exchange.mode.withholdsBooks = true
    exchange.delta(one, { side: 'yes', price: '0.4500', by: '-2.50' }, true)
    exchange.delta(one, { side: 'yes', price: '0.4400', by: '1.00' })
    await becomes(system, one, ({ state }) => state === 'stale')
    // The levels are the last known; the change behind the hole is not mixed in.
    expect((await book(one))?.yes[1]).toEqual({ price_cents: 44, count: 10 })
    exchange.mode.withholdsBooks = false
    exchange.books.set(one, { yes_dollars_fp: [['0.4400', '11.00']] })
    await eventually(async () => (await book(one))?.state === 'live', { timeoutMs: 10_000 })
    expect(await book(one)).toMatchObject({ yes: [{ price_cents: 44, count: 11 }], no: [] })
    const asked = exchange.commands.filter(({ params }) => params.action === 'get_snapshot')
    expect(asked.length).toBeLessThanOrEqual(3)

    exchange.mode.away = true
    exchange.cut()
    await becomes(system, one, ({ state }) => state === 'stale')
    exchange.mode.away = false
    await eventually(async () => (await book(one))?.state === 'live', { timeoutMs: 10_000 })
  })

  test('markets of the whale queue and of the account are followed, on the same subscription, and given up later', async () => {
    await using system = await openSystem([])
    const { bus, exchange, book } = system
    const lease = await bus.lease('whales')
    expect(exchange.sid('orderbook_delta')).toBe(0)
    const put = (version: number, ...tickers: string[]) =>
      bus.put(
        'whale_queue',
        { type: 'whale_queue', data: queueOf(...tickers) },
        { fence: lease.fence, version },
      )
    await put(1, one)
    await becomes(system, one, ({ state }) => state === 'live')
    const sid = exchange.sid('orderbook_delta')
    await put(2, one, two)
    await becomes(system, two, ({ state }) => state === 'live')
    expect(exchange.sid('orderbook_delta')).toBe(sid)
    expect(exchange.followed('orderbook_delta')).toEqual([one, two])
    await eventually(() => exchange.followed('ticker').length === 2)
    expect(await book(one)).toMatchObject({ state: 'live' })
    await lease.release()
  })

  test('tickers are told in cents', async () => {
    await using system = await openSystem()
    const { bus, exchange } = system
    await eventually(() => exchange.sid('ticker') > 0)
    exchange.send({
      type: 'ticker',
      sid: exchange.sid('ticker'),
      msg: {
        market_ticker: one,
        price_dollars: '0.4550',
        yes_bid_dollars: '0.4500',
        yes_ask_dollars: '0.4700',
        volume_fp: '33896.50',
        ts_ms: 1_800_000_000_000,
      },
    })
    const ticker = await eventually(async () => (await bus.latest('ticker', one)) ?? false)
    expect(ticker.data).toEqual({
      market_ticker: one,
      price_cents: 45.5,
      yes_bid_cents: 45,
      yes_ask_cents: 47,
      volume: 33_896.5,
      open_interest: null,
      timestamp_ms: 1_800_000_000_000,
    })
  })

  test('a key that gets no books is not asked for them again and again; trades flow', async () => {
    await using stack = openStack()
    const exchange = stack.use(await openScriptedExchange())
    exchange.mode.deniedChannels.add('orderbook_delta')
    const broker = new MemoryBroker()
    const bus = createMemoryBus(broker)
    stack.defer(() => bus.close())
    const service = stack.use(runIngest({ exchange, openBus: memoryBuses(broker), bookMarkets: [one] }))
    await eventually(async () => (await told(bus)).states.at(-1) === 'live')
    const asked = () =>
      exchange.commands.filter(({ params }) => params.channels?.includes('orderbook_delta')).length
    // Two turns of the loop that asks for what is due.
    await eventually(() => exchange.sid('ticker') > 0)
    exchange.print()
    await eventually(() => service.facts()['trades_received'] === 1)
    await eventually(async () => (await bus.latest('feed_position')) !== undefined, { timeoutMs: 5_000 })
    expect(asked()).toBe(1)
  })
})
