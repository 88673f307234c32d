import { createRequire } from 'node:module'
import { describe, expect, test } from '@jest/globals'
import type * as Sdk from 'kalshi-typescript'
import { openSim } from './exchange-client.ts'

// The SDK is CommonJS whose named exports Node's ESM loader cannot see, and its types want that form of axios.
const require = createRequire(import.meta.url)
const sdk: typeof Sdk = require('kalshi-typescript')
const axios = require('axios')

describe("the exchange's official SDK", () => {
  test('reads status, markets, events, series, trades and books, signed, page by page', async () => {
    await using sim = await openSim({ keyType: 'rsa', markets: 30 })
    const configuration = new sdk.Configuration({
      apiKey: sim.keyId,
      privateKeyPem: sim.privateKeyPem,
      basePath: sim.apiUrl,
    })
    const markets = new sdk.MarketApi(configuration, sim.apiUrl, axios.create())
    const events = new sdk.EventsApi(configuration, sim.apiUrl, axios.create())
    const exchange = new sdk.ExchangeApi(configuration, sim.apiUrl, axios.create())

    expect((await exchange.getExchangeStatus()).data).toMatchObject({
      exchange_active: true,
      trading_active: true,
    })
    expect((await exchange.getExchangeSchedule()).data.schedule.standard_hours).toHaveLength(1)

    const listed = await pages(async (cursor) => {
      const { data } = await markets.getMarkets(7, cursor)
      return { items: data.markets, cursor: data.cursor }
    })
    expect(listed.map((page) => page.length)).toEqual([7, 7, 7, 7, 2])
    const tickers = listed.flat().map(({ ticker }) => ticker)
    expect(new Set(tickers).size).toBe(30)

    const [ticker = ''] = tickers
    const { market } = (await markets.getMarket(ticker)).data
    expect(market).toEqual(listed[0]?.[0])
    const { event, markets: children } = (await events.getEvent(market.event_ticker)).data
    expect(children?.map(({ event_ticker: own }) => own)).toContain(event.event_ticker)
    expect((await markets.getSeries(event.series_ticker)).data.series.category).toBe(event.category)
    const allEvents = await pages(async (cursor) => {
      const { data } = await events.getEvents(3, cursor, true)
      return { items: data.events, cursor: data.cursor }
    })
    expect(allEvents.flat().flatMap(({ markets: nested }) => nested?.map((child) => child.ticker))).toEqual(
      tickers,
    )

    const { orderbook_fp: book } = (await markets.getMarketOrderbook(ticker)).data
    expect(book.yes_dollars.at(-1)?.[0]).toBe((await markets.getMarket(ticker)).data.market.yes_bid_dollars)
    const { orderbooks } = (await markets.getMarketOrderbooks(tickers.slice(0, 2))).data
    expect(orderbooks.map(({ ticker: own }) => own)).toEqual(tickers.slice(0, 2))
    expect(orderbooks[0]?.orderbook_fp).toEqual(book)

    const printed = Array.from({ length: 25 }, (_, index) =>
      sim.printTrade({
        market: ticker,
        side: index % 2 === 0 ? 'yes' : 'no',
        price: '0.50',
        count: index + 1,
      }),
    )
    const trades = await pages(async (cursor) => {
      const { data } = await markets.getTrades(10, cursor, ticker)
      return { items: data.trades, cursor: data.cursor }
    })
    expect(trades.map((page) => page.length)).toEqual([10, 10, 5])
    expect(trades.flat()).toEqual(printed.toReversed())

    expect(sim.stats().rest).toMatchObject({ unauthorized: 0, failed: 0 })
  })

  test('is refused when its key is not the one it says', async () => {
    await using sim = await openSim({ keyType: 'rsa' })
    await using other = await openSim({ keyType: 'rsa' })
    const configuration = new sdk.Configuration({
      apiKey: sim.keyId,
      privateKeyPem: other.privateKeyPem,
      basePath: sim.apiUrl,
    })
    const markets = new sdk.MarketApi(configuration, sim.apiUrl, axios.create())
    await expect(markets.getMarkets()).rejects.toMatchObject({ response: { status: 401 } })
  })
})

/** Every page of a listing, following the cursor until it is empty. */
async function pages<T>(read: (cursor?: string) => Promise<{ items: T[]; cursor: string }>): Promise<T[][]> {
  const all: T[][] = []
  for (let cursor: string | undefined; ;) {
    const page = await read(cursor)
    all.push(page.items)
    if (page.cursor === '') return all
    cursor = page.cursor
  }
}
