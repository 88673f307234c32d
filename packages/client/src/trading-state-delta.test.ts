import { expect, test } from '@jest/globals'
import { tradingStateDelta, type TradingState } from '@whalecast/events'
import { sampleOrderItem, samplePositionDetail, sampleTradingState } from '@whalecast/events/testing'
import { HeldValues } from './held-values.ts'
import { applyTradingStateDelta } from './trading-state-delta.ts'

const channel = 'trading_state'

/** The same walk at each run. */
function randomSteps(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

function walk(state: TradingState, random: () => number): TradingState {
  const keep = <T>(list: T[]) => list.filter(() => random() > 0.2)
  const moved = <T>(list: T[]) => (random() > 0.8 ? list.toReversed() : list)
  const ids = ['A', 'B', 'C', 'D', 'E', 'F']
  const pick = () => ids[Math.floor(random() * ids.length)] ?? 'A'
  const put = <T>(list: T[], item: T, key: (item: T) => string) => [
    ...list.filter((one) => key(one) !== key(item)),
    item,
  ]
  const version = state.version + 1
  return sampleTradingState(version, {
    balance: Math.round(random() * 1_000),
    positions: keep(state.positions),
    positions_details: moved(
      put(
        keep(state.positions_details),
        samplePositionDetail(pick(), { cost: version }),
        ({ ticker }) => ticker,
      ),
    ),
    order_list: moved(
      put(keep(state.order_list), sampleOrderItem(pick(), { count: version }), ({ order_id }) => order_id),
    ),
    changes: random() > 0.5 ? null : { balance: 1, portfolio_value: 2, positions: 0, orders: version },
  })
}

test('changes applied one after the other are the whole state, over 500 steps', () => {
  const random = randomSteps(7)
  const states = new HeldValues(applyTradingStateDelta)
  let state = sampleTradingState(1)
  states.take(channel, state.version, state)
  for (let step = 0; step < 500; step++) {
    const next = walk(state, random)
    expect(states.apply(channel, tradingStateDelta(state, next))).toEqual({ type: 'value', value: next })
    state = next
  }
})

test('a change to a state that is not held is missing something; one that is held already is known', () => {
  const states = new HeldValues(applyTradingStateDelta)
  const first = tradingStateDelta(sampleTradingState(1), sampleTradingState(2))
  expect(states.apply(channel, first)).toEqual({ type: 'missing' })
  states.take(channel, 1, sampleTradingState(1))
  expect(states.apply(channel, first).type).toBe('value')
  expect(states.apply(channel, first)).toEqual({ type: 'known' })
  expect(states.apply(channel, tradingStateDelta(sampleTradingState(3), sampleTradingState(4)))).toEqual({
    type: 'missing',
  })
  states.forget(channel)
  expect(states.apply(channel, tradingStateDelta(sampleTradingState(2), sampleTradingState(3)))).toEqual({
    type: 'missing',
  })
})
