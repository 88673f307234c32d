import { expect, test } from '@jest/globals'
import { sampleOrderItem, samplePositionDetail, sampleTradingState } from './testing.ts'
import { tradingStateDelta } from './trading-state-delta.ts'
import { tradingStateDeltaSchema } from './trading-state.ts'

test('only what differs is told', () => {
  const before = sampleTradingState(4, {
    positions_details: [samplePositionDetail('KXA'), samplePositionDetail('KXB')],
  })
  const after = sampleTradingState(5, {
    balance: 99_950,
    portfolio_value: 60,
    positions_details: [samplePositionDetail('KXA', { market_value: 60 }), samplePositionDetail('KXB')],
    order_list: [sampleOrderItem('1')],
  })
  const delta = tradingStateDelta(before, after)
  expect(tradingStateDeltaSchema.strict().parse(delta)).toEqual({
    base_version: 4,
    version: 5,
    balance_change: -46,
    portfolio_value_change: 60,
    set: { balance: 99_950, portfolio_value: 60, timestamp_ms: after.timestamp_ms },
    positions_updated: [samplePositionDetail('KXA', { market_value: 60 })],
    positions_removed: [],
    orders_added: [sampleOrderItem('1')],
    orders_removed: [],
    timestamp_ms: after.timestamp_ms,
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
  const of = (ids: readonly string[]) => ids.map((id) => sampleOrderItem(id))
  const delta = tradingStateDelta(
    sampleTradingState(1, { order_list: of(['A', 'B', 'C']) }),
    sampleTradingState(2, { order_list: of(after) }),
  )
  expect(delta.orders_removed).toEqual(removed)
  expect(delta.orders_added.map(({ order_id }) => order_id)).toEqual(put)
})

test('a changed entry is put, and stays where it is', () => {
  const delta = tradingStateDelta(
    sampleTradingState(1, { order_list: [sampleOrderItem('A'), sampleOrderItem('B')] }),
    sampleTradingState(2, { order_list: [sampleOrderItem('A', { count: 2 }), sampleOrderItem('B')] }),
  )
  expect(delta.orders_removed).toEqual([])
  expect(delta.orders_added).toEqual([sampleOrderItem('A', { count: 2 })])
})
