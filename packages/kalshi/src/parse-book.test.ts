import { describe, expect, test } from '@jest/globals'
import { parseFrame } from './parse-frame.ts'

const parse = (frame: object) => parseFrame(JSON.stringify(frame), 1)
const market_ticker = 'KXHIGHNY-26NOV09-B53.5'

describe('order books', () => {
  const snapshot = (msg: object, envelope: object = {}) =>
    parse({ type: 'orderbook_snapshot', sid: 2, seq: 1, ...envelope, msg: { market_ticker, ...msg } })

  test.each([
    {
      form: 'current',
      msg: { yes_dollars_fp: [['0.4500', '100.00']], no_dollars_fp: [['0.5300', '120.50']] },
      no: 12_050,
    },
    {
      form: 'dollars and whole counts',
      msg: { yes_dollars: [['0.45', 100]], no_dollars: [['0.53', 120]] },
      no: 12_000,
    },
    { form: 'cents', msg: { yes: [[45, 100]], no: [[53, 120]] }, no: 12_000 },
    {
      form: 'cents beside dollars',
      msg: { yes: [[45, 100]], no: [[53, 120]], yes_dollars: [['0.45', 100]], no_dollars: [['0.53', 120]] },
      no: 12_000,
    },
  ])('a snapshot in $form', ({ msg, no }) => {
    const expected = { market_ticker, yes: [[4_500, 10_000]], no: [[5_300, no]] }
    expect(snapshot(msg)).toEqual({
      kind: 'book_snapshot',
      type: 'orderbook_snapshot',
      sid: 2,
      seq: 1,
      id: null,
      snapshot: expected,
    })
  })

  test('a side that is absent is not a side that is empty', () => {
    expect(snapshot({ yes_dollars_fp: [] })).toMatchObject({ snapshot: { yes: [], no: null } })
    expect(snapshot({ yes: null, no: null })).toMatchObject({ snapshot: { yes: null, no: null } })
  })

  test('the answer to get_snapshot carries the id of its command', () => {
    expect(snapshot({}, { id: 12, seq: 9 })).toMatchObject({ id: 12, seq: 9 })
  })

  test.each([
    { note: 'no list', side: {} },
    { note: 'a level that is no pair', side: [['0.5']] },
    { note: 'a price above a dollar', side: [['1.01', '1.00']] },
    { note: 'a negative count', side: [['0.50', '-1.00']] },
    { note: 'a word', side: [['half', '1.00']] },
  ])('a side with $note is malformed', ({ side }) => {
    expect(snapshot({ yes_dollars_fp: side })).toMatchObject({
      kind: 'invalid',
      reason: 'levels_malformed',
      sid: 2,
      seq: 1,
    })
  })

  const delta = (msg: object) =>
    parse({ type: 'orderbook_delta', sid: 2, seq: 5, msg: { market_ticker, ...msg } })
  test.each([
    {
      form: 'current',
      msg: {
        price_dollars: '0.9600',
        delta_fp: '-54.00',
        side: 'yes',
        ts: '2026-02-14T15:30:00.188698Z',
        ts_ms: 1_771_083_000_188,
      },
    },
    {
      form: 'text time only',
      msg: { price_dollars: '0.960', delta_fp: '-54.00', side: 'yes', ts: '2026-02-14T15:30:00.188698Z' },
    },
    {
      form: 'cents beside dollars',
      msg: {
        price: 96,
        price_dollars: '0.96',
        delta: -54,
        delta_fp: '-54.00',
        side: 'yes',
        ts: '2026-02-14T15:30:00.188Z',
      },
    },
    { form: 'cents', msg: { price: 96, delta: -54, side: 'yes', ts_ms: 1_771_083_000_188 } },
  ])('a delta in $form', ({ msg }) => {
    expect(delta(msg)).toEqual({
      kind: 'book_delta',
      type: 'orderbook_delta',
      sid: 2,
      seq: 5,
      delta: {
        market_ticker,
        side: 'yes',
        price_e4: 9_600,
        delta_e2: -5_400,
        changed_at_ms: 1_771_083_000_188,
      },
    })
  })

  const good = { price_dollars: '0.5', delta_fp: '1', side: 'no' }
  test.each([
    { reason: 'side_unknown', fields: { side: 'bid' } },
    { reason: 'price_missing', fields: { price_dollars: undefined } },
    { reason: 'price_malformed', fields: { price_dollars: 'x' } },
    { reason: 'price_out_of_range', fields: { price_dollars: '2' } },
    { reason: 'count_missing', fields: { delta_fp: undefined } },
    { reason: 'count_malformed', fields: { delta_fp: '1.001' } },
    { reason: 'time_malformed', fields: { ts: 'soon' } },
  ])('a delta that is none: $reason', ({ reason, fields }) => {
    expect(delta({ ...good, ...fields })).toMatchObject({ kind: 'invalid', reason, sid: 2, seq: 5 })
  })

  test('a delta without a time says so', () => {
    expect(delta(good)).toMatchObject({ kind: 'book_delta', delta: { changed_at_ms: null } })
  })
})
