import { describe, expect, test } from '@jest/globals'
import { tradeSchema } from '@whalecast/events'
import { parseFrame } from './parse-frame.ts'

const receivedAtMs = 1_794_150_000_130
const current = {
  trade_id: '7c1f2a9e-4f0b-4d6a-9f55-0f6a0c1d2e3f',
  market_ticker: 'KXBTCD-26NOV0817-T114999.99',
  yes_price_dollars: '0.6100',
  no_price_dollars: '0.3900',
  count_fp: '250.00',
  taker_side: 'yes',
  taker_outcome_side: 'yes',
  taker_book_side: 'bid',
  is_block_trade: false,
  ts: 1_794_150_000,
  ts_ms: 1_794_150_000_000,
}
const { trade_id, market_ticker, ts } = current

const record = {
  trade_id,
  market_ticker,
  taker_side: 'yes',
  yes_price_e4: 6_100,
  count_e2: 25_000,
  is_block_trade: false,
  executed_at_ms: 1_794_150_000_000,
  received_at_ms: receivedAtMs,
}

const parse = (msg: unknown) =>
  parseFrame(`${JSON.stringify({ type: 'trade', sid: 3, seq: 8, msg })}\n`, receivedAtMs)

describe('every form of a print gives the same record', () => {
  test.each([
    { form: 'current', msg: current },
    {
      form: 'without the fields marked for removal',
      msg: { ...current, taker_side: undefined, ts: undefined },
    },
    {
      form: 'before block trades, book sides and milliseconds',
      msg: {
        trade_id,
        market_ticker,
        yes_price_dollars: '0.610',
        no_price_dollars: '0.390',
        count_fp: '250.00',
        taker_side: 'yes',
        ts,
      },
    },
    {
      form: 'both cents and dollars',
      msg: {
        trade_id,
        market_ticker,
        yes_price: 61,
        no_price: 39,
        yes_price_dollars: '0.6100',
        no_price_dollars: '0.3900',
        count: 250,
        count_fp: '250.00',
        taker_side: 'yes',
        ts,
      },
    },
    {
      form: 'whole cents and whole counts',
      msg: { trade_id, market_ticker, yes_price: 61, no_price: 39, count: 250, taker_side: 'yes', ts },
    },
    { form: 'the oldest names', msg: { trade_id, market_ticker, price: 61, count: 250, side: 'yes', ts } },
    {
      form: 'only the price of the other side',
      msg: { ...current, yes_price_dollars: undefined },
    },
    {
      form: 'REST',
      msg: {
        trade_id,
        ticker: market_ticker,
        yes_price_dollars: '0.6100',
        no_price_dollars: '0.3900',
        count_fp: '250.00',
        taker_outcome_side: 'yes',
        taker_book_side: 'bid',
        is_block_trade: false,
        created_time: new Date(1_794_150_000_000).toISOString().replace('000Z', '000417Z'),
      },
    },
    { form: 'fields nobody knows yet', msg: { ...current, exchange_index: 2, shard: { a: [1] } } },
  ])('$form', ({ msg }) => {
    const frame = parse(msg)
    expect(frame).toEqual({ kind: 'trade', type: 'trade', sid: 3, seq: 8, trade: record })
    expect(tradeSchema.safeParse(record).success).toBe(true)
  })

  test('the fractional parts are exact', () => {
    const fields = { yes_price_dollars: '0.0001', no_price_dollars: '0.9999', count_fp: '1234567.89' }
    expect(parse({ ...current, ...fields })).toMatchObject({
      trade: { yes_price_e4: 1, count_e2: 123_456_789 },
    })
  })
})

describe('the side of the taker', () => {
  const none = { taker_outcome_side: undefined, taker_book_side: undefined, taker_side: undefined }
  test.each([
    {
      note: 'outcome before book',
      fields: { taker_outcome_side: 'no', taker_book_side: 'bid' },
      expected: 'no',
    },
    {
      note: 'book before the old field',
      fields: { ...none, taker_book_side: 'ask', taker_side: 'yes' },
      expected: 'no',
    },
    { note: 'bid is yes', fields: { ...none, taker_book_side: 'bid' }, expected: 'yes' },
    { note: 'the old field alone', fields: { ...none, taker_side: 'no' }, expected: 'no' },
    {
      note: 'an unknown word, then a known one',
      fields: { ...none, taker_outcome_side: 'maybe', taker_side: 'no' },
      expected: 'no',
    },
    {
      note: 'unknown words only',
      fields: { ...none, taker_outcome_side: 'YES', taker_book_side: 'buy', taker_side: '' },
      expected: 'unknown',
    },
    { note: 'nothing at all', fields: none, expected: 'unknown' },
    { note: 'null', fields: { ...none, taker_side: null }, expected: 'unknown' },
  ])('$note: $expected', ({ fields, expected }) => {
    expect(parse({ ...current, ...fields })).toMatchObject({ kind: 'trade', trade: { taker_side: expected } })
  })
})

describe('what is no print says why', () => {
  const noPrice = { yes_price_dollars: undefined, no_price_dollars: undefined }
  const noTime = { ts: undefined, ts_ms: undefined }
  test.each([
    { reason: 'trade_id_malformed', fields: { trade_id: undefined } },
    { reason: 'trade_id_malformed', fields: { trade_id: '' } },
    { reason: 'trade_id_malformed', fields: { trade_id: 7 } },
    { reason: 'trade_id_malformed', fields: { trade_id: 'x'.repeat(65) } },
    { reason: 'market_ticker_malformed', fields: { market_ticker: undefined } },
    { reason: 'market_ticker_malformed', fields: { market_ticker: '' } },
    { reason: 'price_missing', fields: noPrice },
    { reason: 'price_malformed', fields: { yes_price_dollars: 'NaN' } },
    { reason: 'price_malformed', fields: { yes_price_dollars: '' } },
    { reason: 'price_malformed', fields: { yes_price_dollars: '0.61005' } },
    { reason: 'price_malformed', fields: { no_price_dollars: 'x' } },
    { reason: 'price_malformed', fields: { ...noPrice, price: '8.0961x' } },
    { reason: 'price_out_of_range', fields: { yes_price_dollars: '1.0001', no_price_dollars: undefined } },
    { reason: 'price_out_of_range', fields: { yes_price_dollars: '-0.0001', no_price_dollars: undefined } },
    { reason: 'price_out_of_range', fields: { ...noPrice, yes_price: 101 } },
    { reason: 'prices_disagree', fields: { no_price_dollars: '0.4000' } },
    { reason: 'count_missing', fields: { count_fp: undefined } },
    { reason: 'count_malformed', fields: { count_fp: '1e3' } },
    { reason: 'count_malformed', fields: { count_fp: '0.001' } },
    { reason: 'count_malformed', fields: { count_fp: undefined, count: 'many' } },
    { reason: 'count_out_of_range', fields: { count_fp: '-1.00' } },
    { reason: 'count_out_of_range', fields: { count_fp: '0.00' } },
    { reason: 'count_out_of_range', fields: { count_fp: '9000000000.01' } },
    { reason: 'time_missing', fields: noTime },
    { reason: 'time_malformed', fields: { ts_ms: '1794150000000' } },
    { reason: 'time_malformed', fields: { ts_ms: 0 } },
    { reason: 'time_malformed', fields: { ts_ms: -1 } },
    { reason: 'time_malformed', fields: { ts_ms: 1.7e15 } },
    { reason: 'time_malformed', fields: { ...noTime, created_time: 'yesterday' } },
    { reason: 'time_malformed', fields: { ...noTime, created_time: '1' } },
    { reason: 'block_flag_malformed', fields: { is_block_trade: 'false' } },
  ])('$reason: $fields', ({ reason, fields }) => {
    expect(parse({ ...current, ...fields })).toEqual({
      kind: 'invalid',
      type: 'trade',
      sid: 3,
      seq: 8,
      reason,
    })
  })
})
