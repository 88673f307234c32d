import { describe, expect, test } from '@jest/globals'
import { call, traderOf } from './exchange-client.ts'
import { idOf, micros, openExchange, order, place } from './trading.ts'

describe('orders over REST', () => {
  test('a bid that rests, is hit, and is cancelled: every answer in the exchange’s own fields', async () => {
    await using sim = await openExchange()
    const placed = await place(sim, { client_order_id: 'wc-1' })
    expect(placed).toEqual({
      status: 201,
      body: {
        order_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        client_order_id: 'wc-1',
        fill_count: '0.00',
        remaining_count: '10.00',
        ts_ms: expect.any(Number),
      },
    })
    const { trades } = sim.place({ market: sim.ticker, side: 'no', price: '0.50', count: 4 })
    expect(trades).toMatchObject([{ yes_price_dollars: '0.5000', count_fp: '4.00', taker_side: 'no' }])

    const { body: balance } = await call(sim, sim.trader, 'GET /portfolio/balance')
    expect(balance).toEqual({
      balance: 99_500,
      balance_dollars: '995.000000',
      portfolio_value: 200,
      updated_ts: expect.any(Number),
      balance_breakdown: [{ exchange_index: 0, balance: '995.000000' }],
    })
    const { body: fills } = await call(sim, sim.trader, 'GET /portfolio/fills')
    expect(fills).toEqual({
      cursor: '',
      fills: [
        {
          fill_id: trades[0]?.trade_id,
          trade_id: trades[0]?.trade_id,
          order_id: idOf(placed),
          ticker: sim.ticker,
          market_ticker: sim.ticker,
          exchange_index: 0,
          side: 'yes',
          action: 'buy',
          outcome_side: 'yes',
          book_side: 'bid',
          count_fp: '4.00',
          yes_price_dollars: '0.5000',
          no_price_dollars: '0.5000',
          is_taker: false,
          fee_cost: expect.stringMatching(/^0\.\d{6}$/),
          created_time: expect.stringMatching(/Z$/),
          ts: expect.any(Number),
          subaccount_number: 0,
        },
      ],
    })
    const { body: positions } = await call(sim, sim.trader, 'GET /portfolio/positions?count_filter=position')
    expect(positions).toMatchObject({
      market_positions: [
        {
          ticker: sim.ticker,
          position_fp: '4.00',
          market_exposure_dollars: '2.000000',
          realized_pnl_dollars: '0.000000',
        },
      ],
      event_positions: [{ event_exposure_dollars: '2.000000', total_cost_shares_fp: '4.00' }],
      cursor: '',
    })
    expect(
      await call(
        sim,
        sim.trader,
        `DELETE /portfolio/events/orders/${idOf(placed)}?market_ticker=${sim.ticker}`,
      ),
    ).toEqual({
      status: 200,
      body: {
        order_id: idOf(placed),
        client_order_id: 'wc-1',
        reduced_by: '6.00',
        ts_ms: expect.any(Number),
      },
    })
    expect(await call(sim, sim.trader, `DELETE /portfolio/events/orders/${idOf(placed)}`)).toMatchObject({
      status: 404,
    })
    const { body: one } = await call(sim, sim.trader, `GET /portfolio/orders/${idOf(placed)}`)
    expect(one).toMatchObject({
      order: {
        status: 'canceled',
        initial_count_fp: '10.00',
        fill_count_fp: '4.00',
        remaining_count_fp: '0.00',
        maker_fill_cost_dollars: '2.000000',
      },
    })
    micros(sim)
  })

  test('a taker pays the recorded fee: one contract at 52 cents costs 0.0175', async () => {
    await using sim = await openExchange()
    sim.place({ market: sim.ticker, side: 'no', price: '0.48', count: 1 })
    const { body } = await place(sim, { price: '0.52', count: '1' })
    expect(body).toMatchObject({
      fill_count: '1.00',
      remaining_count: '0.00',
      average_fill_price: '0.520000',
      average_fee_paid: '0.017500',
    })
    expect(micros(sim)).toMatchObject({ fees_micros: 17_500, cash_micros: 1_000_000_000 - 537_500 })
  })

  test('what is wrong with an order is said in the exchange’s own words, and logged; nothing of it happens', async () => {
    await using sim = await openExchange({ writeBudget: { refillPerSecond: 1_000, capacity: 1_000 } })
    await place(sim, { client_order_id: 'taken', count: '1' })
    const before = micros(sim)
    const rows: [wanted: object, status: number, code: string, details?: string][] = [
      [{ count: 10 }, 400, 'bad_request', 'count must be a string'],
      [{ price: 0.5 }, 400, 'bad_request', 'price must be a string'],
      [{ post_only: 'yes' }, 400, 'bad_request'],
      [{ count: '0' }, 400, 'invalid_parameters'],
      [{ count: '-1' }, 400, 'invalid_parameters'],
      [{ count: '1.001' }, 400, 'invalid_parameters'],
      [{ price: 'half' }, 400, 'invalid_parameters'],
      [{ side: 'yes' }, 400, 'invalid_parameters'],
      [{ time_in_force: 'GTT' }, 400, 'invalid_parameters'],
      [{ self_trade_prevention_type: undefined }, 400, 'invalid_parameters'],
      [{ time_in_force: 'immediate_or_cancel', expiration_time: 4_000_000_000 }, 400, 'invalid_parameters'],
      [{ expiration_time: 1 }, 400, 'invalid_parameters'],
      [{ reduce_only: true }, 400, 'invalid_parameters'],
      [{ exchange_index: 7 }, 400, 'invalid_parameters'],
      [{ subaccount: 1 }, 400, 'invalid_parameters'],
      [{ client_order_id: 'no spaces' }, 400, 'invalid_parameters'],
      [{ price: '0.5050' }, 400, 'invalid_order', 'price is not a tick of the market'],
      [{ price: '1.0000' }, 400, 'invalid_order'],
      [{ ticker: 'KXNONE' }, 404, 'market_not_found'],
      [{ client_order_id: 'taken' }, 409, 'order_already_exists'],
      [{ count: '2000.00' }, 400, 'insufficient_balance'],
      [{ side: 'ask', price: '0.50', post_only: true }, 400, 'invalid_order', 'post only cross'],
      [{ time_in_force: 'fill_or_kill' }, 409, 'fill_or_kill_insufficient_resting_volume'],
      [{ order_group_id: 'none' }, 404, 'order_group_not_found'],
    ]
    for (const [wanted, status, code, details] of rows) {
      const answer = await place(sim, wanted)
      const { error = answer.body }: { error?: unknown } = answer.body
      expect({ wanted, status: answer.status, error }).toMatchObject({
        wanted,
        status,
        error: { code, ...(details !== undefined && { details }) },
      })
    }
    const garbage = await call(sim, sim.trader, 'POST /portfolio/events/orders', '{"ticker":')
    expect(garbage).toMatchObject({ status: 400, body: { code: 'bad_request' } })
    expect(micros(sim)).toEqual(before)
    expect(sim.stats().orders).toEqual({ received: rows.length + 2, accepted: 1, refused: rows.length + 1 })
    expect(
      sim
        .orders()
        .slice(1, -1)
        .map(({ code }) => code),
    ).toEqual(rows.map(([, , code]) => code))
    expect(sim.stats().rest.failed).toBe(0)
  })

  test('a key that may only read places no order; the attempt is in the log, as is one that nobody signed', async () => {
    await using sim = await openExchange()
    const readOnly = { ...sim, trader: sim }
    expect(await place(readOnly, { client_order_id: 'x' })).toEqual({
      status: 403,
      body: { error: { code: 'insufficient_scope', message: 'insufficient scope', details: 'write::trade' } },
    })
    expect((await call(sim, sim, 'DELETE /portfolio/events/orders')).status).toBe(403)
    expect((await call(sim, sim, 'GET /portfolio/balance')).status).toBe(200)
    const unsigned = await fetch(`${sim.apiUrl}/portfolio/events/orders`, { method: 'POST', body: '{}' })
    expect(unsigned.status).toBe(401)
    const narrow = sim.issueKey({ scopes: ['read::portfolio_balance'] })
    expect((await call(sim, narrow, 'GET /portfolio/balance')).status).toBe(200)
    expect((await call(sim, narrow, 'GET /portfolio/orders')).status).toBe(403)
    expect(sim.orders()).toMatchObject([
      {
        action: 'create',
        key_id: sim.keyId,
        account: 'main',
        accepted: false,
        status: 403,
        code: 'insufficient_scope',
      },
      { action: 'cancel_all', status: 403 },
      { action: 'create', key_id: null, account: null, status: 401, code: 'token_authentication_failure' },
    ])
    expect(sim.stats()).toMatchObject({
      orders: { accepted: 0, refused: 3 },
      rest: { forbidden: 3, unauthorized: 1 },
    })
  })

  test('orders are amended, decreased, batched and cancelled all at once', async () => {
    await using sim = await openExchange({ writeBudget: { refillPerSecond: 1_000, capacity: 1_000 } })
    const { trader, ticker } = sim
    const id = idOf(await place(sim))
    expect(
      await call(sim, trader, `POST /portfolio/events/orders/${id}/decrease`, { reduce_by: '3' }),
    ).toMatchObject({
      status: 200,
      body: { order_id: id, remaining_count: '7.00' },
    })
    expect(
      (
        await call(sim, trader, `POST /portfolio/events/orders/${id}/decrease`, {
          reduce_by: '1',
          reduce_to: '1',
        })
      ).status,
    ).toBe(400)
    const amendment = { ticker, side: 'bid', price: '0.4000', count: '5', updated_client_order_id: 'new' }
    expect(await call(sim, trader, `POST /portfolio/events/orders/${id}/amend`, amendment)).toMatchObject({
      status: 200,
      body: { order_id: id, client_order_id: 'new', remaining_count: '5.00' },
    })
    expect(micros(sim).reserved_micros).toBeGreaterThanOrEqual(2_000_000)
    const batch = await call(sim, trader, 'POST /portfolio/events/orders/batched', {
      orders: [
        order(ticker, { client_order_id: 'b1' }),
        order(ticker, { client_order_id: 'b1' }),
        order(ticker, { count: 1 }),
      ],
    })
    expect(batch).toMatchObject({
      status: 201,
      body: {
        orders: [
          { client_order_id: 'b1', remaining_count: '10.00' },
          { client_order_id: 'b1', error: { code: 'order_already_exists' } },
          { error: { code: 'bad_request', details: 'count must be a string' } },
        ],
      },
    })
    const orders = [{ order_id: id, market_ticker: ticker }, { order_id: 'none' }]
    expect(await call(sim, trader, 'DELETE /portfolio/events/orders/batched', { orders })).toMatchObject({
      status: 200,
      body: {
        orders: [
          { order_id: id, reduced_by: '5.00' },
          { order_id: 'none', reduced_by: '0.00', error: { code: 'order_not_found' } },
        ],
      },
    })
    await place(sim)
    expect(await call(sim, trader, 'DELETE /portfolio/events/orders')).toEqual({ status: 204, body: {} })
    expect((await call(sim, trader, 'GET /portfolio/orders?status=resting')).body['orders']).toEqual([])
    expect(micros(sim)).toMatchObject({ reserved_micros: 0, resting_orders: 0, cash_micros: 1_000_000_000 })
    expect((await call(sim, trader, 'POST /portfolio/orders', order(ticker))).status).toBe(410)
    expect(sim.orders().map(({ action, accepted }) => `${action} ${accepted}`)).toEqual([
      'create true',
      'decrease true',
      'decrease false',
      'amend true',
      'create_batch true',
      'create_batch false',
      'create_batch false',
      'cancel_batch true',
      'cancel_batch false',
      'create true',
      'cancel_all true',
      'legacy false',
    ])
  })

  test('writes have a budget of their own, shared by all keys of the account', async () => {
    let nowMs = Date.now()
    await using sim = await openExchange({
      clock: () => nowMs,
      writeBudget: { refillPerSecond: 10, capacity: 20 },
    })
    const second = { ...sim, trader: traderOf(sim) }
    const statuses = [await place(sim), await place(second), await place(sim)].map(({ status }) => status)
    expect(statuses).toEqual([201, 201, 429])
    expect((await call(sim, sim.trader, 'GET /portfolio/balance')).status).toBe(200)
    expect(await place({ ...sim, trader: traderOf(sim, 'another') })).toMatchObject({ status: 201 })
    nowMs += 1_000
    expect(await place(second)).toMatchObject({ status: 201 })
    expect(sim.orders().find(({ status }) => status === 429)?.code).toBe('too_many_requests')
    const { body } = await call(sim, sim.trader, 'GET /account/limits')
    expect(body).toMatchObject({ write: { refill_rate: 10, bucket_capacity: 20 } })
  })

  test('listings come newest first, page by page, and can be narrowed down', async () => {
    await using sim = await openExchange({ writeBudget: { refillPerSecond: 1_000, capacity: 1_000 } })
    const ids: string[] = []
    for (let count = 1; count <= 5; count += 1) ids.push(idOf(await place(sim, { count: String(count) })))
    await call(sim, sim.trader, `DELETE /portfolio/events/orders/${ids[1]}`)
    const listed: unknown[] = []
    const sizes: number[] = []
    for (let cursor = ''; ;) {
      const { body } = await call(sim, sim.trader, `GET /portfolio/orders?limit=2&cursor=${cursor}`)
      const page: { orders?: { order_id: string }[]; cursor?: string } = body
      listed.push(...(page.orders ?? []).map((own) => own.order_id))
      sizes.push(page.orders?.length ?? 0)
      cursor = page.cursor ?? ''
      if (cursor === '') break
    }
    expect([listed, sizes]).toEqual([ids.toReversed(), [2, 2, 1]])
    const count = async (query: string) => {
      const { body } = await call(sim, sim.trader, `GET /portfolio/orders?${query}`)
      return Object(body['orders']).length
    }
    expect(await count('status=canceled')).toBe(1)
    expect(await count(`ticker=${sim.ticker}&status=resting`)).toBe(4)
    expect(await count('ticker=KXNONE')).toBe(0)
    expect(await count('min_ts=4000000000')).toBe(0)
    expect((await call(sim, sim.trader, 'GET /portfolio/orders?limit=1001')).status).toBe(400)
    expect((await call(sim, sim.trader, 'GET /portfolio/orders?status=open')).status).toBe(400)
    expect((await call(sim, sim.trader, 'GET /portfolio/orders/none')).status).toBe(404)
  })

  test('reads lag as far as they are told to', async () => {
    let nowMs = Date.now()
    await using sim = await openExchange({ clock: () => nowMs, readLagMs: 1_000 })
    await place(sim)
    const resting = async () =>
      Object((await call(sim, sim.trader, 'GET /portfolio/orders')).body['orders']).length
    expect(await resting()).toBe(0)
    nowMs += 1_000
    expect(await resting()).toBe(1)
    const { body } = await call(sim, sim.trader, 'GET /exchange/user_data_timestamp')
    expect(Date.parse(String(body['as_of_time']))).toBe(nowMs - 1_000)
  })

  test('deposits and withdrawals are told apart from gains, and no more goes out than may be spent', async () => {
    await using sim = await openExchange()
    await place(sim)
    expect(sim.deposit(5_000)).toMatchObject({ deposits_micros: 1_050_000_000, realized_pnl_micros: 0 })
    sim.deposit(-2_000)
    expect(() => sim.deposit(-1_000_000)).toThrow('to spare')
    expect(() => sim.deposit(1, 'nobody')).toThrow('no account nobody')
    expect(() => sim.deposit(0.5)).toThrow('whole number')
    const amounts = async (name: string) =>
      Object((await call(sim, sim.trader, `GET /portfolio/${name}`)).body[name]).map(
        ({ amount_cents: cents }: { amount_cents: number }) => cents,
      )
    expect(await amounts('deposits')).toEqual([5_000, 100_000])
    expect(await amounts('withdrawals')).toEqual([2_000])
    micros(sim)
  })
})
