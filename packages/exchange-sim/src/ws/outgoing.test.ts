import { describe, expect, test } from '@jest/globals'
import { Market } from '../venue/market.ts'
import { PriceGrid } from '../venue/price-grid.ts'
import type { LifecycleStep } from '../venue/venue-events.ts'
import { Outgoing } from './outgoing.ts'

const market = new Market(
  {
    ticker: 'KXHIGHNY-26NOV09-T60',
    marketId: 'id',
    eventTicker: 'KXHIGHNY-26NOV09',
    title: 'Will it be warm?',
    yesSubTitle: '61° or above',
    rules: 'If it is warm.',
    grid: new PriceGrid('tapered_deci_cent'),
    strike: { type: 'greater', floor: 60 },
    createdMs: 1_000,
    openMs: 2_500,
    closeMs: 9_000,
    expectedExpirationMs: 9_000,
    settlementTimerS: 60,
    history: { lastPriceE4: 0, volumeE2: 0, openInterestE2: 0 },
  },
  1,
)
market.result = 'yes'

describe('lifecycle frames', () => {
  test.each<[LifecycleStep, object]>([
    ['activated', { is_deactivated: false }],
    ['deactivated', { is_deactivated: true }],
    ['close_date_updated', { close_ts: 9 }],
    ['determined', { determination_ts: 7, result: 'yes', settlement_value: '1.0000' }],
    ['settled', { settled_ts: 7 }],
    [
      'created',
      {
        exchange_index: 0,
        open_ts: 2,
        close_ts: 9,
        additional_metadata: {
          name: '61° or above',
          title: 'Will it be warm?',
          yes_sub_title: '61° or above',
          no_sub_title: '61° or above',
          rules_primary: 'If it is warm.',
          rules_secondary: '',
          can_close_early: true,
          event_ticker: 'KXHIGHNY-26NOV09',
          expected_expiration_ts: 9,
          strike_type: 'greater',
          floor_strike: 60,
        },
        price_level_structure: 'tapered_deci_cent',
        price_ranges: [
          { start: '0.0000', end: '0.1000', step: '0.0010' },
          { start: '0.1000', end: '0.9000', step: '0.0100' },
          { start: '0.9000', end: '1.0000', step: '0.0010' },
        ],
      },
    ],
  ])('%s has exactly its own keys', (step, details) => {
    const frame = new Outgoing({ type: 'lifecycle', market, step, tsMs: 7_999 })
    expect([frame.channel, frame.type]).toEqual(['market_lifecycle_v2', 'market_lifecycle_v2'])
    expect(JSON.parse(frame.json(false))).toEqual({
      market_ticker: market.ticker,
      event_type: step,
      ...details,
    })
  })

  test('a new event is told on the same channel under its own type', () => {
    const event = {
      ticker: 'KXHIGHNY-26NOV09',
      seriesTicker: 'KXHIGHNY',
      title: 'Highest temperature?',
      subTitle: 'On Nov 9',
      category: 'Climate and Weather',
      exclusive: true,
      updatedMs: 1,
    }
    const frame = new Outgoing({ type: 'event_listed', event })
    expect([frame.channel, frame.type, frame.ticker]).toEqual([
      'market_lifecycle_v2',
      'event_lifecycle',
      undefined,
    ])
    expect(JSON.parse(frame.json(false))).toEqual({
      event_ticker: 'KXHIGHNY-26NOV09',
      exchange_index: 0,
      title: 'Highest temperature?',
      subtitle: 'On Nov 9',
      collateral_return_type: 'MECNET',
      series_ticker: 'KXHIGHNY',
    })
  })
})
