import { describe, expect, test } from '@jest/globals'
import { ExchangeClient, type Frame, levelsOf, listedTickers, openSim } from './exchange-client.ts'

type Sides = Record<'yes' | 'no', Map<string, number>>

/** Order books as a client keeps them, in hundredths of a contract. */
class Books {
  readonly #books = new Map<string, Sides>()

  apply({ type, msg }: Frame): void {
    const ticker = String(msg['market_ticker'])
    if (type === 'orderbook_delta') {
      const { side, price_dollars: price, delta_fp: delta } = msg
      if (side !== 'yes' && side !== 'no') throw new TypeError(`no side in ${JSON.stringify(msg)}`)
      const levels = this.#books.get(ticker)?.[side]
      if (!levels) throw new TypeError(`a delta before its snapshot: ${ticker}`)
      const left = (levels.get(String(price)) ?? 0) + Math.round(Number(delta) * 100)
      if (left < 0) throw new RangeError(`${ticker} ${side} ${String(price)} falls below zero`)
      if (left === 0) levels.delete(String(price))
      else levels.set(String(price), left)
    }
  }

  /** Takes a snapshot; when there was a book before, answers whether the two are the same. */
  compare(frame: Frame): boolean {
    const ticker = String(frame.msg['market_ticker'])
    const before = this.#books.get(ticker) && JSON.stringify(this.levels(ticker))
    const side = (name: 'yes' | 'no') =>
      new Map(levelsOf(frame, name).map(([price, count]) => [price, Math.round(Number(count) * 100)]))
    this.#books.set(ticker, { yes: side('yes'), no: side('no') })
    return before === undefined || before === JSON.stringify(this.levels(ticker))
  }

  levels(ticker: string): { yes_dollars: string[][]; no_dollars: string[][] } {
    const side = (name: 'yes' | 'no') =>
      [...(this.#books.get(ticker)?.[name] ?? [])]
        .map(([price, count]) => [price, (count / 100).toFixed(2)])
        .toSorted(([a], [b]) => Number(a) - Number(b))
    return { yes_dollars: side('yes'), no_dollars: side('no') }
  }
}

async function get(url: string): Promise<Record<string, unknown>> {
  return JSON.parse(await (await fetch(url)).text())
}

describe('every view of the exchange agrees', () => {
  test('snapshots, deltas, tickers, trades and REST tell the same, while it trades and when it stands still', async () => {
    // A clock that stands still is a quiet exchange: no trade falls due.
    const time = { nowMs: 0, stopped: false }
    const clock = () => {
      if (!time.stopped) time.nowMs = Date.now()
      return time.nowMs
    }
    await using sim = await openSim({
      rate: 1_000,
      markets: 12,
      firstWhaleMs: 100,
      clock,
    })
    const tickers = await listedTickers(sim, 12)
    await using client = await ExchangeClient.connect(sim)
    client.send('subscribe', { channels: ['orderbook_delta', 'ticker', 'trade'], market_tickers: tickers })

    const frames = await client.until(({ type, seq }) => type === 'trade' && seq === 1_500)
    client.send('update_subscription', { sid: 1, action: 'get_snapshot', market_tickers: tickers })
    frames.push(...(await client.until(({ type, seq }) => type === 'trade' && seq === 2_000)))
    time.stopped = true
    await standstill(() => sim.stats().trades)
    frames.push(...(await client.settle()))

    const books = new Books()
    const newest = new Map<string, Frame>()
    const seqs = new Map<number, number>()
    const unequal: Frame[] = []
    let compared = 0
    for (const frame of frames) {
      if (frame.seq !== undefined) {
        expect(frame.seq).toBe((seqs.get(frame.sid) ?? 0) + 1)
        seqs.set(frame.sid, frame.seq)
      }
      if (frame.type === 'orderbook_snapshot') {
        if (!books.compare(frame)) unequal.push(frame)
        if (frame.id !== undefined) compared += 1
      }
      if (frame.type === 'ticker') newest.set(String(frame.msg['market_ticker']), frame)
      books.apply(frame)
    }
    expect([compared, unequal]).toEqual([12, []])

    for (const ticker of tickers) {
      const { orderbook_fp: book } = await get(`${sim.apiUrl}/markets/${ticker}/orderbook`)
      expect({ ticker, ...books.levels(ticker) }).toEqual({ ticker, ...Object(book) })
      const { market } = await get(`${sim.apiUrl}/markets/${ticker}`)
      const told = newest.get(ticker)?.msg
      if (!told) continue
      expect({
        ticker,
        price_dollars: Object(market).last_price_dollars,
        yes_bid_dollars: Object(market).yes_bid_dollars,
        yes_ask_dollars: Object(market).yes_ask_dollars,
        yes_bid_size_fp: Object(market).yes_bid_size_fp,
        yes_ask_size_fp: Object(market).yes_ask_size_fp,
        volume_fp: Object(market).volume_fp,
        open_interest_fp: Object(market).open_interest_fp,
      }).toEqual({
        ticker,
        price_dollars: told['price_dollars'],
        yes_bid_dollars: told['yes_bid_dollars'],
        yes_ask_dollars: told['yes_ask_dollars'],
        yes_bid_size_fp: told['yes_bid_size_fp'],
        yes_ask_size_fp: told['yes_ask_size_fp'],
        volume_fp: told['volume_fp'],
        open_interest_fp: told['open_interest_fp'],
      })
      // Nobody would leave a book crossed: both best bids together cost less than the dollar they pay.
      expect(Number(told['yes_bid_dollars'])).toBeLessThan(Number(told['yes_ask_dollars']))
    }

    const told = frames.filter(({ type }) => type === 'trade').map(({ msg }) => msg)
    const listed = await allTrades(sim.apiUrl)
    const common = listed.slice(0, told.length).toReversed()
    expect(common).toHaveLength(told.length)
    expect(told.map(restForm)).toEqual(common)
    expect(new Set(listed.map(({ trade_id: id }) => id)).size).toBe(sim.stats().trades)
  })

  test('a trade takes from the book what its maker offered, in the same breath', async () => {
    await using sim = await openSim()
    const [ticker] = await listedTickers(sim, 1)
    await using client = await ExchangeClient.connect(sim)
    client.send('subscribe', { channels: ['trade', 'orderbook_delta'], market_ticker: ticker })
    await client.settle()
    const printed = sim.printTrade({ market: String(ticker), side: 'yes', price: '0.63', count: '12345.67' })
    const frames = await client.settle()
    const trade = frames.find(({ type }) => type === 'trade')
    expect(trade?.msg).toMatchObject({
      trade_id: printed.trade_id,
      yes_price_dollars: '0.6300',
      no_price_dollars: '0.3700',
      count_fp: '12345.67',
      taker_outcome_side: 'yes',
      taker_book_side: 'bid',
    })
    const [rested, taken] = frames
      .filter(({ msg }) => msg['price_dollars'] === '0.3700' && msg['side'] === 'no')
      .slice(-2)
    expect([rested?.msg['delta_fp'], taken?.msg['delta_fp']]).toEqual(['12345.67', '-12345.67'])
    expect(sim.printedTrades(1)).toEqual([printed])
  })

  test('the same seed prints the same trades, another seed others', async () => {
    const first = async (seed: number) => {
      const nowMs = Date.UTC(2026, 10, 9)
      let offsetMs = 0
      await using sim = await openSim({
        seed,
        rate: 1_000,
        firstWhaleMs: 3_600_000,
        clock: () => nowMs + (offsetMs += 1),
      })
      while (sim.stats().trades < 300) await new Promise((resolve) => setTimeout(resolve, 5))
      return sim
        .printedTrades(100_000)
        .slice(0, 300)
        .map((trade) => ({ ...trade, created_time: '' }))
    }
    const trades = await first(5)
    expect(await first(5)).toEqual(trades)
    expect(await first(6)).not.toEqual(trades)
  })

  test('a whale is there three seconds after the start, and again for a listener who comes later', async () => {
    await using sim = await openSim({ rate: 5, firstWhaleMs: 200, markets: 40 })
    const isWhale = ({ count_fp: count }: { count_fp: string }) => Number(count) >= 10_000
    while (!sim.printedTrades().some(isWhale)) await new Promise((resolve) => setTimeout(resolve, 10))
    const before = sim.printedTrades().filter(isWhale).length
    await using client = await ExchangeClient.connect(sim)
    client.send('subscribe', { channels: ['trade'] })
    await client.until(({ type, msg }) => type === 'trade' && Number(msg['count_fp']) >= 10_000)
    expect(sim.printedTrades().filter(isWhale).length).toBeGreaterThan(before)
  })
})

/** Waits until a count has stayed the same over several ticks of the flow. */
async function standstill(count: () => number): Promise<void> {
  for (let before = -1; before !== count();) {
    before = count()
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function allTrades(apiUrl: string): Promise<Record<string, unknown>[]> {
  const trades: Record<string, unknown>[] = []
  for (let cursor = ''; ;) {
    const page = JSON.parse(await (await fetch(`${apiUrl}/markets/trades?limit=700&cursor=${cursor}`)).text())
    trades.push(...page.trades)
    if (page.cursor === '') return trades
    cursor = page.cursor
  }
}

/** A trade of the socket in the words of REST. */
function restForm({ market_ticker: ticker, ts, ts_ms: tsMs, ...rest }: Record<string, unknown>) {
  expect(ts).toBe(Math.floor(Number(tsMs) / 1_000))
  return { ...rest, ticker, created_time: new Date(Number(tsMs)).toISOString().replace('Z', '000Z') }
}
