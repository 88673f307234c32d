import { describe, expect, test } from '@jest/globals'
import { parseFrame } from './parse-frame.ts'

const parse = (frame: object) => parseFrame(JSON.stringify(frame), 1)
const market_ticker = 'KXHIGHNY-26NOV09-B53.5'

describe('tickers', () => {
  const current = {
    market_ticker,
    price_dollars: '0.1200',
    yes_bid_dollars: '0.1100',
    yes_ask_dollars: '0.1200',
    volume_fp: '351970.00',
    open_interest_fp: '182646.00',
    dollar_volume: -5,
    dollar_open_interest: 91_323,
    ts: 1_732_579_880,
    ts_ms: 1_732_579_880_000,
    time: '2024-11-26T00:11:20Z',
  }
  const legacy = {
    market_ticker,
    price: 12,
    yes_bid: 11,
    yes_ask: 12,
    price_dollars: '0.1200',
    volume: 351_970,
    open_interest: 182_646,
    ts: 1_732_579_880,
    Clock: 6_598_272_994,
  }
  const sizes = { yes_bid_size_fp: '10.00', yes_ask_size_fp: '20.00', last_trade_size_fp: '0.66' }
  const ticker = (msg: object) => parse({ type: 'ticker', sid: 1, msg })

  test('both forms give the same record, but for what the old one lacks', () => {
    const common = {
      market_ticker,
      last_price_e4: 1_200,
      yes_bid_e4: 1_100,
      yes_ask_e4: 1_200,
      volume_e2: 35_197_000,
      open_interest_e2: 18_264_600,
      changed_at_ms: 1_732_579_880_000,
    }
    const envelope = { kind: 'ticker', type: 'ticker', sid: 1, seq: undefined }
    const noSizes = { yes_bid_size_e2: null, yes_ask_size_e2: null, last_size_e2: null }
    expect(ticker(legacy)).toEqual({ ...envelope, ticker: { ...common, ...noSizes } })
    expect(ticker({ ...current, ...sizes })).toEqual({
      ...envelope,
      ticker: { ...common, yes_bid_size_e2: 1_000, yes_ask_size_e2: 2_000, last_size_e2: 66 },
    })
  })

  test('a market without a print has no last price', () => {
    expect(ticker({ ...current, price: 0, price_dollars: '' })).toMatchObject({
      ticker: { last_price_e4: null },
    })
  })

  test.each([
    { reason: 'market_ticker_malformed', fields: { market_ticker: 5 } },
    { reason: 'price_malformed', fields: { yes_bid_dollars: 'x' } },
    { reason: 'price_out_of_range', fields: { yes_ask_dollars: '-0.01' } },
    { reason: 'count_malformed', fields: { volume_fp: '∞' } },
    { reason: 'count_out_of_range', fields: { open_interest_fp: '-1.00' } },
    { reason: 'time_missing', fields: { ts: undefined, ts_ms: undefined, time: undefined } },
    { reason: 'time_malformed', fields: { ts_ms: 'now' } },
  ])('$reason', ({ reason, fields }) => {
    expect(ticker({ ...current, ...fields })).toMatchObject({
      kind: 'invalid',
      type: 'ticker',
      sid: 1,
      reason,
    })
  })
})
