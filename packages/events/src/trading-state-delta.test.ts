import { expect, test } from '@jest/globals'
import { tradingStateDelta } from './trading-state-delta.ts'
import { tradingStateDeltaSchema, type TradingState } from './trading-state.ts'

type Position = TradingState['positions_details'][number]

const position = (ticker: string, over: Partial<Position> = {}): Position => ({
  ticker,
  title: null,
  position: 5,
  side: 'yes',
  total_traded: 100,
  cost: 100,
  market_value: null,
  unrealized_pnl: null,
  realized_pnl: 0,
  fees_paid: 0,
  market_bid: null,
  market_ask: null,
  market_close_ms: null,
  price_source: 'none',
  session_updated: false,
  last_updated_ms: 1,
  ...over,
})

const order = (id: string, count = 5): TradingState['order_list'][number] => ({
  order_id: id,
  ticker: 'KXA',
  side: 'no',
  action: 'buy',
  price: 40,
  count,
  status: 'resting',
  created_ms: 1,
})

const state = (version: number, over: Partial<TradingState> = {}): TradingState => ({
  timestamp_ms: version,
  version,
  broker: 'paper',
  balance: 1_000,
  portfolio_value: 0,
  position_count: 0,
  order_count: 0,
  positions: [],
  open_orders: 0,
  order_list: [],
  sync_timestamp_ms: 1,
  changes: null,
  order_group: null,
  pnl: null,
  positions_details: [],
  position_listener: {
    mode: 'polling',
    connected: false,
    positions_received: 0,
    fills_received: 0,
    last_update_ms: null,
    connection_count: 0,
  },
  session_updates: { updated_tickers: [], count: 0 },
  fills: [],
  settlements: [],
  settlements_count: 0,
  ...over,
})

test('only what differs is told', () => {
  const before = state(4, { positions_details: [position('KXA'), position('KXB')] })
  const after = state(5, {
    balance: 950,
    portfolio_value: 60,
    positions_details: [position('KXA', { market_value: 60 }), position('KXB')],
    order_list: [order('1')],
  })
  const delta = tradingStateDelta(before, after)
  expect(tradingStateDeltaSchema.strict().parse(delta)).toEqual({
    base_version: 4,
    version: 5,
    balance_change: -50,
    portfolio_value_change: 60,
    set: { balance: 950, portfolio_value: 60, timestamp_ms: 5 },
    positions_updated: [position('KXA', { market_value: 60 })],
    positions_removed: [],
    orders_added: [order('1')],
    orders_removed: [],
    timestamp_ms: 5,
  })
})

test.each([
  { note: 'the same', after: ['A', 'B', 'C'], removed: [], put: [] },
  { note: 'one gone', after: ['A', 'C'], removed: ['B'], put: [] },
  { note: 'one new at the end', after: ['A', 'B', 'C', 'D'], removed: [], put: ['D'] },
  { note: 'one new in the middle', after: ['A', 'D', 'B', 'C'], removed: ['B', 'C'], put: ['D', 'B', 'C'] },
  { note: 'another order', after: ['C', 'A', 'B'], removed: ['A', 'B'], put: ['A', 'B'] },
  { note: 'none left', after: [], removed: ['A', 'B', 'C'], put: [] },
])('a list keeps its order: $note', ({ after, removed, put }) => {
  const of = (ids: readonly string[]) => ids.map((id) => order(id))
  const delta = tradingStateDelta(
    state(1, { order_list: of(['A', 'B', 'C']) }),
    state(2, { order_list: of(after) }),
  )
  expect(delta.orders_removed).toEqual(removed)
  expect(delta.orders_added.map(({ order_id }) => order_id)).toEqual(put)
})

test('a changed entry is put, and stays where it is', () => {
  const delta = tradingStateDelta(
    state(1, { order_list: [order('A'), order('B')] }),
    state(2, { order_list: [order('A', 2), order('B')] }),
  )
  expect(delta.orders_removed).toEqual([])
  expect(delta.orders_added).toEqual([order('A', 2)])
})
