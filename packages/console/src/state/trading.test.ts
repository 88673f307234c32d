import { describe, expect, test } from '@jest/globals'
import { account, follow, position } from '../testing/account-samples.ts'
import { nowMs } from '../testing/samples.ts'
import type { PositionDetail } from './frames.ts'
import { hasTrades, isTrading, noTrading, onTradingState, settleTrading } from './trading.ts'

const first = onTradingState(noTrading, account({ positions_details: [position()] }), nowMs)
const next = (...positions: PositionDetail[]) =>
  onTradingState(first, account({ positions_details: positions }), nowMs + 1_000)

describe('the trading state', () => {
  test('the first telling is no change', () => {
    expect(first.glows.size).toBe(0)
  })

  test.each([
    { note: 'size', fields: { position: 6 } },
    { note: 'cost', fields: { cost: 300 } },
    { note: 'open gain', fields: { unrealized_pnl: 20 } },
    { note: 'open gain that became unknown', fields: { unrealized_pnl: null } },
  ])('a position lights up for two seconds when its $note changes', ({ fields }) => {
    const changed = next(position(fields))
    expect([...changed.glows]).toEqual([['KXTEST-26-A', nowMs + 3_000]])
    expect(settleTrading(changed, nowMs + 2_999)).toBe(changed)
    expect(settleTrading(changed, nowMs + 3_000).glows.size).toBe(0)
  })

  test('a new position lights up; a moved quote or a later time does not', () => {
    expect([...next(position(), position({ ticker: 'B' })).glows.keys()]).toEqual(['B'])
    expect(next(position({ market_bid: 50, last_updated_ms: nowMs + 5 })).glows.size).toBe(0)
  })

  test.each([
    { note: 'nothing known', state: null, strategy: null, expected: false },
    { note: 'hold without an account', state: null, strategy: 'hold', expected: false },
    { note: 'hold with an account', state: account(), strategy: 'hold', expected: true },
    { note: 'an account alone', state: account(), strategy: null, expected: true },
    { note: 'a strategy that acts', state: null, strategy: 'whale_follower', expected: true },
  ] as const)('whether there is a trading half: $note', ({ state, strategy, expected }) => {
    expect(isTrading(state, strategy && follow({}, { strategy }))).toBe(expected)
  })

  const idle = account({ position_count: 0, order_count: 0, fills: [], settlements: [] })

  test.each([
    { note: 'nothing known', state: null, strategy: null, expected: false },
    { note: 'an idle account on hold', state: idle, strategy: 'hold', expected: false },
    { note: 'a position', state: { ...idle, position_count: 1 }, strategy: 'hold', expected: true },
    { note: 'a resting order', state: { ...idle, order_count: 1 }, strategy: null, expected: true },
    {
      note: 'a strategy that acts on an idle account',
      state: idle,
      strategy: 'whale_follower',
      expected: true,
    },
  ] as const)('whether it has anything to tell: $note', ({ state, strategy, expected }) => {
    expect(hasTrades(state, strategy && follow({}, { strategy }))).toBe(expected)
  })
})
