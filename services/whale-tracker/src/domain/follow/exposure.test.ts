import { describe, expect, test } from '@jest/globals'
import type { FollowOrder, OrderResult } from '@whalecast/events'
import { epochMs, sampleAccount, sampleOrder, samplePosition } from '@whalecast/events/testing'
import { makeResult } from '../../testing/following.ts'
import { Exposure } from './exposure.ts'

/** What was asked for of five contracts at 62 cents. */
const asked = (over: Partial<FollowOrder> = {}): FollowOrder => ({
  client_order_id: 'id-w',
  market_ticker: 'KX-w',
  title: null,
  side: 'yes',
  price_e4: 6_200,
  count_e2: 500,
  requested_at_ms: epochMs,
  valid_until_ms: epochMs + 10_000,
  whale_size_dollars: 400,
  whale_at_ms: epochMs,
  ...over,
})
/** An exposure to this account, and to an order that it does not show yet. */
function exposed(account: Parameters<typeof sampleAccount>[0], sent?: FollowOrder, result?: OrderResult) {
  const exposure = new Exposure()
  exposure.onAccount(sampleAccount(account))
  if (sent) exposure.onSent(sent, epochMs)
  if (sent && result) exposure.onOutcome(sent, result, epochMs)
  return exposure
}

describe('what is held', () => {
  test.each([
    { note: 'YES above zero', positions: [samplePosition('KX-w')], expected: 500 },
    { note: 'NO below', positions: [samplePosition('KX-w', { position_e2: -500 })], expected: -500 },
    { note: 'nothing of another market', positions: [samplePosition('KX-other')], expected: 0 },
  ])('$note', ({ positions, expected }) => {
    expect(exposed({ positions }).heldE2('KX-w')).toBe(expected)
  })

  test.each([
    { side: 'yes', expected: 300 },
    { side: 'no', expected: -300 },
  ] as const)(
    '$expected of $side that was just bought, before the account shows it',
    ({ side, expected }) => {
      const result = makeResult({ filled_e2: 300, remaining_e2: 200 })
      const exposure = exposed({}, asked({ side }), result)
      expect([exposure.heldE2('KX-w'), exposure.openOrders('KX-w')]).toEqual([expected, 1])
    },
  )
})

describe('what is committed', () => {
  const yes = samplePosition('KX-yes', { position_e2: 500, cost_e6: 3.1e6 })
  const no = samplePosition('KX-no', { position_e2: -700, cost_e6: 2e6 })

  test('positions of both sides add up: being short is no credit', () => {
    expect(exposed({ positions: [yes] }).committedE6).toBe(3.1e6)
    expect(exposed({ positions: [no] }).committedE6).toBe(2e6)
    expect(exposed({ positions: [yes, no] }).committedE6).toBe(5.1e6)
  })

  test('an order to buy costs its own side’s price, one to sell nothing', () => {
    const buysNo = sampleOrder('KX-a', { side: 'no', price_e4: 3_800 })
    const sellsYes = sampleOrder('KX-yes', { action: 'sell' })
    expect(exposed({ orders: [buysNo] }).committedE6).toBe(1.9e6)
    expect(exposed({ positions: [yes], orders: [sellsYes, buysNo] }).committedE6).toBe(5e6)
  })

  test.each(['yes', 'no'] as const)('an order for %s that the account does not show counts once', (side) => {
    const order = asked({ side })
    expect(exposed({ positions: [yes, no] }, order).committedE6).toBe(8.2e6)
    const filled = makeResult({ filled_e2: 500, remaining_e2: 0 })
    expect(exposed({ positions: [yes, no] }, order, filled).committedE6).toBe(8.2e6)
    const shown = samplePosition('KX-w', { position_e2: side === 'yes' ? 500 : -500 })
    expect(exposed({ positions: [yes, no, shown] }, order, filled).committedE6).toBe(8.2e6)
    expect(exposed({ positions: [yes, no] }, order, makeResult({ status: 'rejected' })).committedE6).toBe(
      5.1e6,
    )
  })
})
