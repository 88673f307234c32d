import { describe, expect, test } from '@jest/globals'
import { call, ExchangeClient, listedTickers, openSim, traderOf } from './exchange-client.ts'
import { idOf, micros, openExchange, order, place } from './trading.ts'

describe('private channels', () => {
  test('an account hears of its orders, fills and positions, and marks its own changes of the book', async () => {
    await using sim = await openExchange()
    await using client = await ExchangeClient.connect(sim)
    await using stranger = await ExchangeClient.connect({ ...sim, ...traderOf(sim, 'another') })
    const params = {
      channels: ['user_orders', 'fill', 'market_positions', 'orderbook_delta'],
      market_ticker: sim.ticker,
    }
    for (const listener of [client, stranger]) {
      listener.send('subscribe', params)
      await listener.take(5)
    }
    const placed = await place(sim, { client_order_id: 'wc-7', side: 'ask', price: '0.60' })
    expect(await client.take(2)).toEqual([
      {
        type: 'orderbook_delta',
        sid: 4,
        seq: 2,
        msg: {
          market_ticker: sim.ticker,
          market_id: expect.any(String),
          price_dollars: '0.4000',
          delta_fp: '10.00',
          side: 'no',
          ts: expect.any(String),
          ts_ms: expect.any(Number),
          client_order_id: 'wc-7',
          subaccount: 0,
        },
      },
      {
        type: 'user_order',
        sid: 1,
        msg: {
          order_id: idOf(placed),
          user_id: expect.any(String),
          client_order_id: 'wc-7',
          ticker: sim.ticker,
          exchange_index: 0,
          status: 'resting',
          side: 'no',
          is_yes: false,
          outcome_side: 'no',
          book_side: 'ask',
          yes_price_dollars: '0.6000',
          initial_count_fp: '10.00',
          fill_count_fp: '0.00',
          remaining_count_fp: '10.00',
          taker_fill_cost_dollars: '0.000000',
          maker_fill_cost_dollars: '0.000000',
          taker_fees_dollars: '0.000000',
          maker_fees_dollars: '0.000000',
          self_trade_prevention_type: 'taker_at_cross',
          created_time: expect.any(String),
          created_ts_ms: expect.any(Number),
          last_update_time: expect.any(String),
          last_updated_ts_ms: expect.any(Number),
          subaccount_number: 0,
        },
      },
    ])
    const { trades } = sim.place({ market: sim.ticker, side: 'yes', price: '0.60', count: 3 })
    const [delta, fill, update, position] = await client.take(4)
    expect(delta?.msg).not.toHaveProperty('client_order_id')
    expect(fill).toEqual({
      type: 'fill',
      sid: 2,
      msg: {
        trade_id: trades[0]?.trade_id,
        order_id: idOf(placed),
        client_order_id: 'wc-7',
        market_ticker: sim.ticker,
        exchange_index: 0,
        is_taker: false,
        yes_price_dollars: '0.6000',
        count_fp: '3.00',
        fee_cost: expect.stringMatching(/^0\.\d{6}$/),
        side: 'no',
        action: 'buy',
        outcome_side: 'no',
        book_side: 'ask',
        purchased_side: 'no',
        post_position_fp: '-3.00',
        subaccount: 0,
        ts: expect.any(Number),
        ts_ms: expect.any(Number),
      },
    })
    expect(update?.msg).toMatchObject({
      fill_count_fp: '3.00',
      remaining_count_fp: '7.00',
      last_update_reason: 'Trade',
    })
    expect(position).toEqual({
      type: 'market_position',
      sid: 3,
      msg: {
        user_id: expect.any(String),
        market_ticker: sim.ticker,
        position_fp: '-3.00',
        position_cost_dollars: '1.200000',
        realized_pnl_dollars: '0.000000',
        fees_paid_dollars: expect.any(String),
        position_fee_cost_dollars: expect.any(String),
        volume_fp: '3.00',
        subaccount: 0,
      },
    })
    await call(sim, sim.trader, `DELETE /portfolio/events/orders/${idOf(placed)}`)
    expect((await client.take(2))[1]?.msg).toMatchObject({ status: 'canceled', remaining_count_fp: '0.00' })

    const seen = await stranger.settle()
    expect(new Set(seen.map(({ type }) => type))).toEqual(new Set(['orderbook_delta']))
    expect(seen.filter(({ msg }) => 'client_order_id' in msg || 'subaccount' in msg)).toEqual([])
  })

  test('a subscription to one market hears nothing of another; order groups are numbered and have no market', async () => {
    await using sim = await openExchange()
    const tickers = await listedTickers(sim, 2)
    await using client = await ExchangeClient.connect(sim)
    client.send('subscribe', { channels: ['user_orders'], market_ticker: tickers[1] })
    client.send('subscribe', { channels: ['order_group_updates'] })
    await client.take(2)
    const { status, body } = await call(sim, sim.trader, 'POST /portfolio/order_groups/create', {
      contracts_limit: 5,
    })
    expect([status, body]).toEqual([
      201,
      { order_group_id: expect.any(String), subaccount: 0, exchange_index: 0 },
    ])
    const groupId = String(body['order_group_id'])
    await place(sim, { order_group_id: groupId })
    sim.place({ market: sim.ticker, side: 'no', price: '0.50', count: 6 })
    const update = (seq: number, step: string, details: object = {}) => ({
      type: 'order_group_updates',
      sid: 2,
      seq,
      msg: { event_type: step, order_group_id: groupId, ts_ms: expect.any(Number), ...details },
    })
    expect(await client.settle()).toEqual([
      update(1, 'created', { contracts_limit_fp: '5.00' }),
      update(2, 'triggered'),
    ])
    client.send('update_subscription', { sid: 1, action: 'add_markets', market_tickers: [sim.ticker] })
    await client.next()
    await place(sim)
    expect(await client.next()).toMatchObject({ type: 'user_order', msg: { ticker: sim.ticker } })
    const key = sim.issueKey({ scopes: ['read::portfolio_balance'] })
    await using narrow = await ExchangeClient.connect({ ...sim, ...key })
    narrow.send('subscribe', { channels: ['fill'] })
    expect(await narrow.next()).toMatchObject({ type: 'error', msg: { code: 9 } })
  })

  test('against the living flow: maker and taker fills, settlements, and books that stay right', async () => {
    await using sim = await openSim({
      rate: 400,
      markets: 6,
      balanceCents: 10_000_000,
      lifecycle: { endEveryMs: 600, noticeMs: 100, determineAfterMs: 100, settleAfterMs: 100, openInMs: 100 },
      writeBudget: { refillPerSecond: 100_000, capacity: 100_000 },
      readBudget: { refillPerSecond: 100_000, capacity: 100_000 },
    })
    const trader = traderOf(sim)
    await using client = await ExchangeClient.connect(sim)
    client.send('subscribe', { channels: ['fill', 'user_orders', 'market_positions'] })
    await client.take(3)
    const seen = { maker: 0, taker: 0, closed: 0 }
    const isDone = () => seen.maker > 20 && seen.taker > 20 && seen.closed > 0 && micros(sim).settlements > 2
    while (!isDone()) {
      const { body } = await call(sim, trader, 'GET /markets?status=open')
      const markets: { ticker: string; yes_bid_dollars: string; yes_ask_dollars: string }[] = Object(
        body['markets'],
      )
      for (const { ticker, yes_bid_dollars: bid, yes_ask_dollars: ask } of markets) {
        await call(sim, trader, 'POST /portfolio/events/orders', order(ticker, { price: bid, count: '20' }))
        const take = { price: ask, count: '5', time_in_force: 'immediate_or_cancel' }
        await call(sim, trader, 'POST /portfolio/events/orders', order(ticker, take))
      }
      for (const { type, msg } of await client.settle()) {
        if (type === 'fill') seen[msg['is_taker'] === true ? 'taker' : 'maker'] += 1
        if (msg['last_update_reason'] === 'CloseCancel') seen.closed += 1
      }
    }
    const { body } = await call(sim, trader, 'GET /portfolio/settlements?limit=1')
    expect(body['settlements']).toMatchObject([
      {
        market_result: expect.stringMatching(/yes|no/),
        revenue: expect.any(Number),
        value: expect.any(Number),
      },
    ])
    const books = micros(sim)
    expect(books.cash_micros - books.reserved_micros).toBeGreaterThanOrEqual(0)
    expect(sim.stats().rest.failed).toBe(0)
  })
})
