import { describe, expect, test } from '@jest/globals'
import { whaleQueueSchema, whaleSchema } from '@whalecast/events'
import { epochMs, makeTrade, minute } from '../testing/trades.ts'
import { toWhale, toWhaleQueue } from './messages.ts'
import type { Print } from './print.ts'
import type { WhaleRule } from './whales.ts'

const rule: WhaleRule = {
  queueSize: 10,
  windowMs: 5 * minute,
  minSizeE6: 100e6,
  eventMinPayoutE6: 10_000e6,
  metric: 'cost',
}
const print: Print = { trade: makeTrade(), sizeE6: 248e6, expiresAtMs: epochMs + 5 * minute }
const name = { title: 'Will it rain?', sub_title: 'Above an inch', event_ticker: 'KXTEST' }

describe('toWhaleQueue', () => {
  test('gives every field of the entry and of the stats', () => {
    const tally = { seen: 1_500, discarded: 1_450, duplicates: 3, watermarkMs: 0 }
    const message = toWhaleQueue({ rule, tally, prints: [print] }, () => name, epochMs + 1_249)
    expect(whaleQueueSchema.parse(message)).toEqual(message)
    expect(message.queue).toEqual([
      {
        whale_id: 'trade-1',
        market_ticker: 'KXTEST-1',
        side: 'yes',
        price_cents: 62,
        count: 400,
        cost_dollars: 248,
        payout_dollars: 400,
        risk_dollars: 388.31,
        whale_size_dollars: 248,
        is_block_trade: false,
        title: 'Will it rain?',
        sub_title: 'Above an inch',
        age_seconds: 1.2,
        timestamp_ms: epochMs,
        received_at_ms: epochMs,
      },
    ])
    expect(message.stats).toEqual({
      trades_seen: 1_500,
      trades_discarded: 1_450,
      trades_accepted: 50,
      discard_rate_percent: 96.7,
      queue_size: 1,
      max_queue_size: 10,
      window_minutes: 5,
      min_size_dollars: 100,
      size_metric: 'cost',
    })
  })

  test('before the first trade the rate is 0; an unknown market has no title; no age is negative', () => {
    const tally = { seen: 0, discarded: 0, duplicates: 0, watermarkMs: 0 }
    const message = toWhaleQueue({ rule, tally, prints: [print] }, () => undefined, epochMs - 5_000)
    expect(message.stats.discard_rate_percent).toBe(0)
    expect(message.queue[0]).toMatchObject({ title: null, age_seconds: 0 })
  })
})

describe('toWhale', () => {
  test('carries the print, its severity in words and the market by name', () => {
    const whale = toWhale({ ...print, trade: makeTrade({ count_e2: 1_250_000 }) }, name, epochMs + 7)
    expect(whaleSchema.parse(whale)).toEqual(whale)
    expect(whale).toMatchObject({
      whale_id: 'trade-1',
      title: 'Will it rain?',
      sub_title: 'Above an inch',
      event_ticker: 'KXTEST',
      payout_dollars: 12_500,
      cost_dollars: 7_750,
      severity: 'S2',
      severity_reason: '12,500 contracts: at least 10,000',
      detected_at_ms: epochMs + 7,
    })
  })

  test('an unknown side stays unknown and is priced as YES; an unknown market stays null', () => {
    const trade = makeTrade({ taker_side: 'unknown', yes_price_e4: 3_000 })
    expect(toWhale({ ...print, trade }, undefined, epochMs)).toMatchObject({
      side: 'unknown',
      price_cents: 30,
      title: null,
      event_ticker: null,
    })
  })
})
