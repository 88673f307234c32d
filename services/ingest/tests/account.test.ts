import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker } from '@whalecast/bus'
import type { Account } from '@whalecast/events'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { memoryBuses, openStack, runIngest, told } from './ingest-harness.ts'
import { openScriptedExchange, type ScriptedAccount } from './scripted-exchange.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

const ticker = 'KXTEST-26NOV24-A'
const position = {
  ticker,
  position_fp: '10.00',
  market_exposure_dollars: '4.000000',
  total_traded_dollars: '30.000000',
  realized_pnl_dollars: '1.000000',
  fees_paid_dollars: '0.170000',
  last_updated_ts: '2026-11-08T10:00:00Z',
}
const order = {
  order_id: 'o-1',
  client_order_id: 'wc-1',
  ticker,
  status: 'resting',
  outcome_side: 'no',
  yes_price_dollars: '0.6200',
  initial_count_fp: '5.00',
  fill_count_fp: '0.00',
  remaining_count_fp: '5.00',
  order_group_id: 'g-1',
  created_time: '2026-11-08T10:00:00Z',
}
const fillMessage = (id: string, atMs: number) => ({
  trade_id: id,
  order_id: 'o-2',
  market_ticker: ticker,
  is_taker: true,
  yes_price_dollars: '0.5000',
  count_fp: '4.00',
  fee_cost: '0.070000',
  outcome_side: 'yes',
  book_side: 'bid',
  post_position_fp: '14.00',
  ts_ms: atMs,
})

const someAccount = (): ScriptedAccount => ({
  balance_dollars: '100.0000',
  market_positions: [position],
  orders: [order],
  fills: [],
  settlements: [],
})

async function openSystem(options: { account?: ScriptedAccount; followsAccount?: boolean } = {}) {
  const stack = openStack()
  const exchange = stack.use(await openScriptedExchange())
  exchange.mode.account = options.account
  const broker = new MemoryBroker()
  const bus = createMemoryBus(broker, { instance: 'reader' })
  stack.defer(() => bus.close())
  const { followsAccount = true } = options
  const service = stack.use(runIngest({ exchange, openBus: memoryBuses(broker), followsAccount }))
  await eventually(async () => (await told(bus)).states.at(-1) === 'live')
  const account = async () => (await bus.latest('account'))?.data
  const activities = async (type: string) =>
    (await told(bus)).activities.filter(({ activity_type }) => activity_type === type)
  return {
    exchange,
    broker,
    bus,
    service,
    account,
    activities,
    [Symbol.asyncDispose]: stack[Symbol.asyncDispose],
  }
}

type System = Awaited<ReturnType<typeof openSystem>>

const becomes = ({ account }: System, is: (account: Account) => boolean, timeoutMs = 10_000) =>
  eventually(
    async () => {
      const found = await account()
      return found !== undefined && is(found) ? found : false
    },
    { timeoutMs },
  )

const isLive = ({ listener }: Account) => listener.mode === 'live'

describe('the account', () => {
  test('is read at the start, in our units, and followed live', async () => {
    await using system = await openSystem({ account: someAccount() })
    const account = await becomes(system, isLive)
    expect(account).toMatchObject({
      broker: 'exchange',
      balance_e6: 100_000_000,
      positions: [
        {
          market_ticker: ticker,
          position_e2: 1_000,
          cost_e6: 4_000_000,
          total_traded_e6: 30_000_000,
          realized_pnl_e6: 1_000_000,
          fees_e6: 170_000,
          source: 'rest',
        },
      ],
      orders: [{ order_id: 'o-1', side: 'no', price_e4: 3_800, remaining_e2: 500 }],
      order_group: { order_group_id: 'g-1', order_ids: ['o-1'] },
      traded_cash_e6: 0,
      listener: { connected: true, connection_count: 1 },
    })
    expect(system.service.status('account_sync')).toMatchObject({
      status: 'healthy',
      details: { access: 'granted', mode: 'live' },
    })
    expect((await system.activities('sync')).map(({ metadata }) => metadata['sync_type'])).toEqual([
      'initial',
    ])
    // The market in which it has money is hot.
    await eventually(() => system.exchange.followed('orderbook_delta').includes(ticker))
  })

  test('private frames are merged into it: a fill once, a position without what only REST knows, an order by its end', async () => {
    await using system = await openSystem({ account: someAccount() })
    const { exchange, activities } = system
    await becomes(system, isLive)
    const fill = { type: 'fill', sid: exchange.sid('fill'), msg: fillMessage('f-1', Date.now()) }
    exchange.send(fill)
    exchange.send(fill)
    exchange.send({
      type: 'market_position',
      sid: exchange.sid('market_positions'),
      msg: {
        market_ticker: ticker,
        position_fp: '14.00',
        position_cost_dollars: '6.000000',
        realized_pnl_dollars: '1.000000',
        fees_paid_dollars: '0.240000',
        volume_fp: '14.00',
      },
    })
    exchange.send({
      type: 'user_order',
      sid: exchange.sid('user_orders'),
      msg: { ...order, status: 'canceled', remaining_count_fp: '0.00' },
    })
    const account = await becomes(system, ({ orders }) => orders.length === 0)
    expect(account).toMatchObject({
      balance_e6: 97_930_000,
      traded_cash_e6: -2_070_000,
      positions: [{ position_e2: 1_400, cost_e6: 6_000_000, total_traded_e6: 30_000_000, source: 'live' }],
      listener: { fills_received: 2, positions_received: 1, orders_received: 1 },
    })
    expect(account.fills).toHaveLength(1)
    const fills = await eventually(async () => {
      const found = await activities('order_fill')
      return found.length > 0 ? found : false
    })
    expect(fills).toHaveLength(1)
    expect(fills[0]).toMatchObject({
      metadata: {
        trade_id: 'f-1',
        ticker,
        action: 'buy',
        side: 'yes',
        price_cents: 50,
        count: 4,
        total_cents: 200,
        is_taker: true,
        post_position: 14,
        severity: 'success',
      },
    })
    exchange.send({
      type: 'market_position',
      sid: exchange.sid('market_positions'),
      msg: {
        market_ticker: ticker,
        position_fp: '0.00',
        position_cost_dollars: '0.000000',
        realized_pnl_dollars: '2.000000',
        fees_paid_dollars: '0.240000',
        volume_fp: '28.00',
      },
    })
    await becomes(system, ({ positions }) => positions.length === 0)
  })

  test('while the private channels are away it is polled, and the badge says so', async () => {
    await using system = await openSystem({ account: someAccount() })
    const { exchange } = system
    await becomes(system, isLive)
    exchange.mode.away = true
    exchange.cut()
    const polled = await becomes(system, ({ listener }) => listener.mode === 'polling')
    expect(polled.listener.connected).toBe(false)
    exchange.mode.away = false
    const again = await becomes(system, isLive)
    expect(again.listener.connection_count).toBe(2)
    // What nobody told in between is read soon, not at the next turn of 25 s.
    await becomes(system, ({ synced_at_ms }) => synced_at_ms > again.timestamp_ms)
  })

  test('channels that are refused leave it polled; they are asked for once', async () => {
    await using stack = openStack()
    const exchange = stack.use(await openScriptedExchange())
    exchange.mode.account = someAccount()
    exchange.mode.deniedChannels.add('user_orders')
    const broker = new MemoryBroker()
    const bus = createMemoryBus(broker)
    stack.defer(() => bus.close())
    const service = stack.use(runIngest({ exchange, openBus: memoryBuses(broker) }))
    await eventually(() => exchange.sid('fill') > 0, { timeoutMs: 10_000 })
    const account = await eventually(async () => (await bus.latest('account')) ?? false)
    expect(account.data.listener.mode).toBe('polling')
    expect(service.status('account_sync')).toMatchObject({ status: 'healthy', details: { mode: 'polling' } })
    const asked = exchange.commands.filter(({ params }) => params.channels?.includes('user_orders'))
    expect(asked).toHaveLength(1)
  })

  test('a channel that is not answered is asked for again, and the trades go on', async () => {
    await using stack = openStack()
    const exchange = stack.use(await openScriptedExchange())
    exchange.mode.account = someAccount()
    exchange.mode.silentChannels.add('fill')
    const broker = new MemoryBroker()
    const bus = createMemoryBus(broker)
    stack.defer(() => bus.close())
    const service = stack.use(runIngest({ exchange, openBus: memoryBuses(broker) }))
    // The exchange has 10 s to answer.
    await eventually(async () => (await bus.latest('account'))?.data.listener.mode === 'live', {
      timeoutMs: 20_000,
    })
    expect(exchange.commands.filter(({ params }) => params.channels?.includes('fill'))).toHaveLength(2)
    expect(await service.metric('whalecast_ingest_connections_total')).toMatchObject([
      { labels: { outcome: 'open' }, value: 1 },
    ])
  })

  test('a key without the right has no account, is asked once, and nothing is wrong', async () => {
    await using system = await openSystem()
    const { exchange, service } = system
    await eventually(() => service.status('account_sync')?.details['access'] === 'refused')
    // The private channels would have been asked for by now.
    await eventually(async () => (await system.bus.latest('feed_position')) !== undefined, {
      timeoutMs: 5_000,
    })
    expect(exchange.mode.accountReads).toBe(1)
    expect(exchange.sid('fill')).toBe(0)
    expect(await system.account()).toBeUndefined()
    expect(service.status('account_sync')?.status).toBe('healthy')
  })

  test('where a strategy trades on paper the account is somebody else’s to publish', async () => {
    await using system = await openSystem({ account: someAccount(), followsAccount: false })
    await eventually(async () => (await system.bus.latest('feed_position')) !== undefined, {
      timeoutMs: 5_000,
    })
    expect(system.exchange.mode.accountReads).toBe(0)
    expect(await system.account()).toBeUndefined()
    expect(system.service.status('account_sync')).toMatchObject({
      status: 'healthy',
      details: { access: 'off' },
    })
  })

  test('the next owner goes on with the ledger, and tells a fill of the time between once', async () => {
    await using system = await openSystem({ account: someAccount() })
    const { exchange, broker, service, activities } = system
    await becomes(system, isLive)
    await service.stop()
    const account = exchange.mode.account ?? someAccount()
    account.fills = [{ ...fillMessage('f-9', Date.now() - 3_000), ticker }]
    account.balance_dollars = '97.9300'
    account.settlements = [
      {
        ticker: 'KXOTHER',
        market_result: 'no',
        yes_count_fp: '0.00',
        no_count_fp: '2.00',
        no_total_cost_dollars: '1.000000',
        revenue: 200,
        fee_cost: '0.0200',
        settled_time: new Date(Date.now() - 3_000).toISOString(),
      },
    ]
    await using next = runIngest({ exchange, openBus: memoryBuses(broker), instance: 'b' })
    await eventually(() => next.facts()['role'] === 'leader')
    const taken = await becomes(system, ({ fills }) => fills.length === 1)
    expect(taken).toMatchObject({ traded_cash_e6: -2_070_000 + 2_000_000, settlements_count: 1 })
    await eventually(async () => (await activities('settlement')).length === 1)
    expect((await activities('settlement'))[0]?.metadata).toMatchObject({
      ticker: 'KXOTHER',
      revenue_cents: 200,
      net_pnl_cents: 98,
      severity: 'success',
    })
    expect(await activities('order_fill')).toHaveLength(1)
  })
})
