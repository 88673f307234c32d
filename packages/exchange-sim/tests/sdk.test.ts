import { createRequire } from 'node:module'
import { describe, expect, test } from '@jest/globals'
import type * as Sdk from 'kalshi-typescript'
import { openSim, traderOf } from './exchange-client.ts'

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

  test('places, reads, changes and cancels orders, in a group and out of one, and sees what came of them', async () => {
    const writeBudget = { refillPerSecond: 1_000, capacity: 1_000 }
    await using sim = await openSim({ keyType: 'rsa', markets: 5, writeBudget })
    const { keyId, privateKeyPem } = traderOf(sim)
    const configuration = new sdk.Configuration({ apiKey: keyId, privateKeyPem, basePath: sim.apiUrl })
    const orders = new sdk.OrdersApi(configuration, sim.apiUrl, axios.create())
    const portfolio = new sdk.PortfolioApi(configuration, sim.apiUrl, axios.create())
    const groups = new sdk.OrderGroupsApi(configuration, sim.apiUrl, axios.create())
    const account = new sdk.AccountApi(configuration, sim.apiUrl, axios.create())
    const exchange = new sdk.ExchangeApi(configuration, sim.apiUrl, axios.create())
    const markets = new sdk.MarketApi(configuration, sim.apiUrl, axios.create())
    const [market] = (await markets.getMarkets(1)).data.markets
    if (!market) throw new Error('no market')
    const { ticker, yes_ask_dollars: ask } = market
    const wanted = {
      ticker,
      side: 'bid',
      count: '2.00',
      price: '0.0100',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'taker_at_cross',
    } as const

    const { data: group } = await groups.createOrderGroup({ contracts_limit: 100 })
    const groupId = group.order_group_id
    const resting = await orders.createOrderV2({
      ...wanted,
      client_order_id: 'sdk-1',
      order_group_id: groupId,
    })
    expect([resting.status, resting.data.remaining_count]).toEqual([201, '2.00'])
    const id = resting.data.order_id
    const { data: bought } = await orders.createOrderV2({
      ...wanted,
      price: ask,
      time_in_force: 'immediate_or_cancel',
      count: '1.00',
    })
    expect(bought).toMatchObject({ fill_count: '1.00', average_fill_price: `${ask}00` })

    expect((await orders.getOrder(id)).data.order).toMatchObject({
      status: 'resting',
      client_order_id: 'sdk-1',
      order_group_id: groupId,
    })
    expect(
      (await orders.getOrders(ticker, undefined, undefined, undefined, 'executed')).data.orders,
    ).toHaveLength(1)
    expect((await portfolio.getFills(ticker)).data.fills).toMatchObject([
      { order_id: bought.order_id, is_taker: true },
    ])
    expect((await portfolio.getPositions()).data.market_positions).toMatchObject([
      { ticker, position_fp: '1.00' },
    ])
    expect((await portfolio.getSettlements()).data.settlements).toEqual([])
    expect((await portfolio.getBalance()).data.balance).toBeLessThan(100_000)
    expect((await portfolio.getDeposits()).data.deposits).toMatchObject([
      { amount_cents: 100_000, status: 'applied' },
    ])
    expect(
      (await portfolio.getPortfolioRestingOrderTotalValue()).data.total_resting_order_value,
    ).toBeGreaterThan(0)
    expect(Date.parse((await exchange.getUserDataTimestamp()).data.as_of_time)).toBeLessThanOrEqual(
      Date.now(),
    )
    expect((await account.getAccountApiLimits()).data.usage_tier).toBe('basic')
    expect((await account.getAccountEndpointCosts()).data.default_cost).toBe(10)

    expect((await orders.decreaseOrderV2(id, { reduce_to: '1.50' })).data.remaining_count).toBe('1.50')
    const amendment = { ticker, side: 'bid', price: '0.0200', count: '3.00' } as const
    expect((await orders.amendOrderV2(id, amendment)).data.remaining_count).toBe('3.00')
    expect((await groups.getOrderGroup(groupId)).data).toMatchObject({
      orders: [id],
      contracts_limit_fp: '100.00',
    })
    await groups.updateOrderGroupLimit(groupId, { contracts_limit_fp: '50.00' })
    expect((await groups.getOrderGroups()).data.order_groups).toMatchObject([
      { id: groupId, contracts_limit_fp: '50.00' },
    ])
    await groups.triggerOrderGroup(groupId)
    expect((await orders.getOrder(id)).data.order.status).toBe('canceled')
    await groups.resetOrderGroup(groupId)
    await groups.deleteOrderGroup(groupId)
    await expect(groups.getOrderGroup(groupId)).rejects.toMatchObject({ response: { status: 404 } })

    const { data: batch } = await orders.batchCreateOrdersV2({
      orders: [wanted, { ...wanted, ticker: 'KXNONE' }],
    })
    expect(batch.orders).toMatchObject([{ remaining_count: '2.00' }, { error: { code: 'market_not_found' } }])
    const batchId = batch.orders[0]?.order_id ?? ''
    const { data: cancelled } = await orders.batchCancelOrdersV2({
      orders: [{ order_id: batchId, market_ticker: ticker }],
    })
    expect(cancelled.orders).toMatchObject([{ order_id: batchId, reduced_by: '2.00' }])
    const { data: last } = await orders.createOrderV2(wanted)
    expect((await orders.cancelOrderV2(last.order_id, undefined, undefined, ticker)).data.reduced_by).toBe(
      '2.00',
    )
    expect((await orders.cancelAllOrders()).status).toBe(204)
    expect(sim.stats()).toMatchObject({ rest: { unauthorized: 0, failed: 0 } })
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
