import { describe, expect, test } from '@jest/globals'
import { parseBalance, parseFill, parseOrder, parsePosition, parseSettlement } from './parse-account.ts'
import { parseFrame } from './parse-frame.ts'

const ticker = 'KXNFLGAME-26NOV08KCBUF-KC'
const atMs = 1_794_150_000_123
const fill = {
  trade_id: '0b7e6c1e-8f0a-4c52-9f0e-2f1f5b7f9a11',
  order_id: 'o-1',
  market_ticker: ticker,
  is_taker: true,
  yes_price_dollars: '0.6100',
  count_fp: '2.50',
  fee_cost: '0.041700',
  outcome_side: 'no',
  book_side: 'ask',
  post_position_fp: '-2.50',
  ts_ms: atMs,
}

describe('units', () => {
  test('prices are 1e-4 dollars, contracts 1e-2, money 1e-6; the price is that of the side', () => {
    expect(parseFill(fill)).toEqual({
      fill_id: fill.trade_id,
      order_id: 'o-1',
      market_ticker: ticker,
      side: 'no',
      action: 'buy',
      price_e4: 3_900,
      count_e2: 250,
      fee_e6: 41_700,
      is_taker: true,
      filled_at_ms: atMs,
      position_after_e2: -250,
    })
  })

  test('revenue is in cents and the rest in dollars', () => {
    expect(
      parseSettlement({
        ticker,
        market_result: 'yes',
        yes_count_fp: '10.00',
        no_count_fp: '0.00',
        yes_total_cost_dollars: '4.120000',
        no_total_cost_dollars: '0.000000',
        revenue: 1_000,
        fee_cost: '0.1700',
        settled_time: '2026-11-08T10:00:00Z',
      }),
    ).toEqual({
      market_ticker: ticker,
      market_result: 'yes',
      yes_count_e2: 1_000,
      no_count_e2: 0,
      total_cost_e6: 4_120_000,
      revenue_e6: 10_000_000,
      fee_e6: 170_000,
      settled_at_ms: Date.UTC(2026, 10, 8, 10),
    })
  })

  test.each([
    { body: { balance: 98_750, balance_dollars: '987.504321' }, expected: 987_504_321 },
    { body: { balance: 98_750 }, expected: 987_500_000 },
    { body: { balance_dollars: 'much' }, expected: undefined },
  ])('a balance of $body', ({ body, expected }) => {
    expect(parseBalance(body)).toBe(expected)
  })

  test('a position over REST', () => {
    const row = {
      ticker,
      position_fp: '-25.00',
      market_exposure_dollars: '12.500000',
      total_traded_dollars: '30.000000',
      realized_pnl_dollars: '-1.250000',
      fees_paid_dollars: '0.180000',
      last_updated_ts: '2026-11-08T10:00:00Z',
    }
    expect(parsePosition(row, 5)).toEqual({
      market_ticker: ticker,
      position_e2: -2_500,
      cost_e6: 12_500_000,
      total_traded_e6: 30_000_000,
      realized_pnl_e6: -1_250_000,
      fees_e6: 180_000,
      updated_at_ms: Date.UTC(2026, 10, 8, 10),
      source: 'rest',
    })
    expect(parsePosition({ ...row, last_updated_ts: 'lately' }, 5)).toMatchObject({ updated_at_ms: 5 })
    expect(parsePosition({ ...row, position_fp: 'many' }, 5)).toBe('position_malformed')
  })
})

describe('which way', () => {
  test.each([
    { note: 'outcome alone', fields: { outcome_side: 'yes' }, side: 'yes', action: 'buy', price_e4: 6_100 },
    { note: 'book side alone', fields: { book_side: 'ask' }, side: 'no', action: 'buy', price_e4: 3_900 },
    {
      note: 'selling YES is said as selling YES',
      fields: { outcome_side: 'no', side: 'yes', action: 'sell' },
      side: 'yes',
      action: 'sell',
      price_e4: 6_100,
    },
    {
      note: 'a way of selling that has its own name',
      fields: { outcome_side: 'yes', side: 'no', action: 'sell_to_close' },
      side: 'no',
      action: 'sell',
      price_e4: 3_900,
    },
    {
      note: 'old words that contradict the new one lose',
      fields: { outcome_side: 'no', side: 'yes', action: 'buy' },
      side: 'no',
      action: 'buy',
      price_e4: 3_900,
    },
    {
      note: 'an empty action says nothing',
      fields: { outcome_side: 'no', side: 'yes', action: '' },
      side: 'no',
      action: 'buy',
      price_e4: 3_900,
    },
    {
      note: 'old words alone',
      fields: { side: 'no', action: 'sell' },
      side: 'no',
      action: 'sell',
      price_e4: 3_900,
    },
  ])('$note', ({ fields, side, action, price_e4 }) => {
    const { outcome_side: _, book_side: __, ...bare } = fill
    expect(parseFill({ ...bare, ...fields })).toMatchObject({ side, action, price_e4 })
  })

  test('without any it is not guessed', () => {
    expect(parseFill({ ...fill, outcome_side: undefined, book_side: undefined })).toBe('side_unknown')
  })
})

describe('orders', () => {
  const order = {
    order_id: 'o-1',
    ticker,
    client_order_id: '',
    status: 'resting',
    outcome_side: 'no',
    yes_price_dollars: '0.6200',
    initial_count_fp: '5.00',
    fill_count_fp: '1.50',
    remaining_count_fp: '3.50',
    order_group_id: 'g-1',
    created_ts_ms: atMs,
    last_updated_ts_ms: atMs + 1,
  }

  test('over the socket and over REST they give the same record, with the price by side', () => {
    const { created_ts_ms: _, last_updated_ts_ms: __, ...row } = order
    const times = {
      created_time: new Date(atMs).toISOString(),
      last_update_time: new Date(atMs + 1).toISOString(),
    }
    expect(parseOrder({ ...row, ...times, type: 'limit' })).toEqual(parseOrder(order))
    expect(parseOrder(order)).toEqual({
      order_id: 'o-1',
      client_order_id: null,
      market_ticker: ticker,
      side: 'no',
      action: 'buy',
      price_e4: 3_800,
      initial_e2: 500,
      filled_e2: 150,
      remaining_e2: 350,
      status: 'resting',
      order_group_id: 'g-1',
      created_at_ms: atMs,
      updated_at_ms: atMs + 1,
    })
  })

  test('a status that is new stays unknown, a time that is null stays so', () => {
    expect(parseOrder({ ...order, status: 'parked', created_ts_ms: null })).toMatchObject({
      status: 'unknown',
      created_at_ms: null,
    })
  })
})

describe('frames', () => {
  test.each([
    { type: 'fill', msg: fill, kind: 'fill' },
    {
      type: 'market_position',
      msg: {
        market_ticker: ticker,
        position_fp: '0.00',
        position_cost_dollars: '0.000000',
        realized_pnl_dollars: '1.000000',
        fees_paid_dollars: '0.100000',
        volume_fp: '20.00',
      },
      kind: 'position',
    },
  ])('$type carries its sid and no number', ({ type, msg, kind }) => {
    const frame = parseFrame(JSON.stringify({ type, sid: 4, msg }), atMs)
    expect(frame).toMatchObject({ kind, type, sid: 4, seq: undefined })
  })

  test.each([
    { field: 'trade_id', value: 7, reason: 'trade_id_malformed' },
    { field: 'order_id', value: null, reason: 'order_id_malformed' },
    { field: 'market_ticker', value: '', reason: 'market_ticker_malformed' },
    { field: 'yes_price_dollars', value: '1.2', reason: 'price_out_of_range' },
    { field: 'count_fp', value: '0.00', reason: 'count_out_of_range' },
    { field: 'fee_cost', value: 'free', reason: 'money_malformed' },
    { field: 'post_position_fp', value: 'some', reason: 'position_malformed' },
    { field: 'ts_ms', value: 'now', reason: 'time_malformed' },
  ])('a fill whose $field is $value: $reason', ({ field, value, reason }) => {
    const frame = parseFrame(JSON.stringify({ type: 'fill', sid: 4, msg: { ...fill, [field]: value } }), atMs)
    expect(frame).toMatchObject({ kind: 'invalid', type: 'fill', sid: 4, reason })
  })
})
