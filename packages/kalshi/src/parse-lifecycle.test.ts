import { describe, expect, test } from '@jest/globals'
import { parseFrame } from './parse-frame.ts'

const parse = (frame: object) => parseFrame(JSON.stringify(frame), 1)
const market_ticker = 'KXHIGHNY-26NOV09-B53.5'

describe('lifecycles', () => {
  const nothing = {
    event_ticker: null,
    title: null,
    sub_title: null,
    close_at_ms: null,
    result: null,
    settlement_e4: null,
  }
  test.each([
    {
      note: 'created',
      msg: {
        event_type: 'created',
        open_ts: 1_737_554_400,
        close_ts: 1_737_558_000,
        additional_metadata: {
          title: 'Bitcoin price',
          yes_sub_title: '$105,000 or above',
          event_ticker: 'KXBTCD-26JAN2310',
        },
      },
      expected: {
        event_type: 'created',
        event_ticker: 'KXBTCD-26JAN2310',
        title: 'Bitcoin price',
        sub_title: '$105,000 or above',
        close_at_ms: 1_737_558_000_000,
        result: null,
        settlement_e4: null,
      },
    },
    {
      note: 'created, bare',
      msg: { event_type: 'created' },
      expected: { ...nothing, event_type: 'created' },
    },
    {
      note: 'determined',
      msg: { event_type: 'determined', result: 'yes', settlement_value: '1.0000' },
      expected: { ...nothing, event_type: 'determined', result: 'yes', settlement_e4: 10_000 },
    },
    {
      note: 'determined in between',
      msg: { event_type: 'determined', result: 'scalar', settlement_value: '0.4200' },
      expected: { ...nothing, event_type: 'determined', result: 'scalar', settlement_e4: 4_200 },
    },
    {
      note: 'determined without a value',
      msg: { event_type: 'determined', result: 'no' },
      expected: { ...nothing, event_type: 'determined', result: 'no', settlement_e4: 0 },
    },
    {
      note: 'a step of tomorrow',
      msg: { event_type: 'split' },
      expected: { ...nothing, event_type: 'unknown' },
    },
    { note: 'a step without a name', msg: {}, expected: { ...nothing, event_type: 'unknown' } },
  ])('$note', ({ msg, expected }) => {
    expect(parse({ type: 'market_lifecycle_v2', sid: 13, seq: 2, msg: { market_ticker, ...msg } })).toEqual({
      kind: 'lifecycle',
      type: 'market_lifecycle_v2',
      sid: 13,
      seq: 2,
      lifecycle: { market_ticker, ...expected },
    })
  })

  test.each(['subtitle', 'sub_title'])('an event, with its %s', (name) => {
    const msg = {
      event_ticker: 'KXBTCD-26JAN2310',
      title: 'Bitcoin price',
      [name]: 'On Jan 23',
      series_ticker: 'KXBTCD',
    }
    expect(parse({ type: 'event_lifecycle', sid: 13, seq: 3, msg })).toMatchObject({
      kind: 'event_lifecycle',
      event: {
        event_ticker: 'KXBTCD-26JAN2310',
        series_ticker: 'KXBTCD',
        title: 'Bitcoin price',
        sub_title: 'On Jan 23',
      },
    })
  })

  test.each([
    { type: 'market_lifecycle_v2', msg: {}, reason: 'market_ticker_malformed' },
    { type: 'market_lifecycle_v2', msg: { market_ticker, close_ts: 'x' }, reason: 'time_malformed' },
    { type: 'event_lifecycle', msg: {}, reason: 'event_ticker_malformed' },
  ])('$type that is none: $reason', ({ type, msg, reason }) => {
    expect(parse({ type, sid: 13, seq: 4, msg })).toMatchObject({ kind: 'invalid', reason, seq: 4 })
  })
})
