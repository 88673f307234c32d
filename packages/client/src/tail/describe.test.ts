import { describe, expect, test } from '@jest/globals'
import type { ServerFrame } from '../server-frame.ts'
import { describeFrame, type Paint } from './describe-frame.ts'
import { describeGap, describeResumed, describeStaleness, describeState } from './describe-link.ts'

const plain: Paint = (_colour, text) => text

const whale: ServerFrame<'whale'> = {
  type: 'whale',
  ts: 10_000,
  channel: 'whales',
  data: {
    whale_id: 'w1',
    market_ticker: 'KXNFL-26-KC',
    title: 'Chiefs to win?',
    sub_title: 'Kansas City',
    event_ticker: null,
    side: 'no',
    price_cents: 45.5,
    count: 60_000,
    cost_dollars: 27_300,
    payout_dollars: 60_000,
    risk_dollars: 27_300,
    whale_size_dollars: 60_000,
    is_block_trade: false,
    severity: 'S3',
    severity_reason: '',
    timestamp_ms: 10_000,
    received_at_ms: 10_001,
    detected_at_ms: 10_002,
  },
}

describe('a frame as one line', () => {
  test.each([
    {
      note: 'a whale',
      frame: whale,
      expected: 'S3      $60,000  NO    45.5¢  × 60,000      Chiefs to win? – Kansas City  2.1 s ago',
    },
    {
      note: 'a whale whose market has no title yet, and whose side nobody knows',
      frame: {
        ...whale,
        data: { ...whale.data, title: null, side: 'unknown' as const, timestamp_ms: -3_900_000 },
      },
      expected: 'S3      $60,000  ?     45.5¢  × 60,000      KXNFL-26-KC  1 h 5 min ago',
    },
    {
      note: 'a print, from a clock that is a little ahead',
      frame: {
        type: 'trade' as const,
        ts: 10_000,
        channel: 'tape',
        data: {
          ...whale.data,
          trade_id: 't',
          side: 'yes' as const,
          payout_dollars: 12.5,
          timestamp_ms: 12_200,
        },
      },
      expected: '      $12.5  YES   45.5¢  × 60,000      KXNFL-26-KC  0.0 s ago',
    },
    {
      note: 'what has no form of its own',
      frame: { type: 'pong' as const, ts: 10_000, channel: 'new', data: { timestamp_ms: 12_100 } },
      expected: 'new       {"timestamp_ms":12100}  0.0 s ago',
    },
  ])('$note', ({ frame, expected }) => {
    expect(describeFrame(frame, 12_100, plain)).toBe(expected)
  })

  test('severity and side have their colours', () => {
    const painted = describeFrame(whale, 12_100, (colour, text) => `<${colour}>${text.trim()}</>`)
    expect(painted).toContain('<yellow>S3</>')
    expect(painted).toContain('<red>NO</>')
  })
})

describe('what happens to the connection', () => {
  test.each([
    {
      state: { type: 'connecting', attempt: 2, retryAtMs: 1_400, reason: 'it was closed' } as const,
      expected: 'no connection: it was closed; attempt 2 in 0.4 s',
    },
    {
      state: { type: 'connecting', attempt: 2, retryAtMs: null, reason: 'it was closed' } as const,
      expected: undefined,
    },
    {
      state: { type: 'disconnected', reason: 'unauthorized', code: 4001 } as const,
      expected: 'the connection has ended: unauthorized',
    },
  ])('$state.type', ({ state, expected }) => {
    expect(describeState(state, 1_000)).toBe(expected)
  })

  test.each([
    { from: 4, to: 9, expected: 'gap in whales: entries 4 to 9 cannot be had (trimmed)' },
    { from: 4, to: 4, expected: 'gap in whales: entry 4 cannot be had (trimmed)' },
    { from: 1, to: 0, expected: 'gap in whales: the end of an earlier log cannot be had (trimmed)' },
  ])('a gap from $from to $to', ({ from, to, expected }) => {
    const data = { channel: 'whales', epoch: 1, from, to, reason: 'trimmed' }
    expect(describeGap({ type: 'gap', ts: 1, data })).toBe(expected)
  })

  test.each([
    { resumed: undefined, expected: undefined },
    {
      resumed: {
        whales: { epoch: 1, offset: 2, recovered: true },
        feed: { epoch: 1, offset: 2, recovered: true },
      },
      expected: 'taken up again without a loss: whales, feed',
    },
    {
      resumed: {
        whales: { epoch: 1, offset: 2, recovered: false },
        feed: { epoch: 1, offset: 2, recovered: true },
      },
      expected: 'taken up again, with a gap: whales',
    },
  ])('$expected', ({ resumed, expected }) => {
    const data = { channels: [], ...(resumed && { resumed }) }
    expect(describeResumed({ type: 'subscribed', ts: 1, data })).toBe(expected)
  })

  test('silence, and its end', () => {
    expect(describeStaleness({ channel: null, stale: true, ageMs: 25_300 })).toBe(
      'the connection is silent: nothing new for 25 s',
    )
    expect(describeStaleness({ channel: 'book:A', stale: false, ageMs: 5 })).toBe('book:A is heard again')
  })
})
