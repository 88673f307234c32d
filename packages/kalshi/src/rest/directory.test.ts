import { describe, expect, test } from '@jest/globals'
import { marketSchema } from '@whalecast/events'
import { parseEvent, parseMarket, parseSeries } from './directory.ts'

describe('parseMarket', () => {
  const ticker = 'KXNCAAFGAME-26SEP19MSUND-ND'
  test.each([
    {
      note: 'as served',
      value: {
        ticker,
        event_ticker: 'KXNCAAFGAME-26SEP19MSUND',
        title: 'Michigan St. at Notre Dame Winner?',
        yes_sub_title: 'Notre Dame',
        status: 'active',
        close_time: '2026-09-21T23:30:00Z',
      },
      expected: {
        event_ticker: 'KXNCAAFGAME-26SEP19MSUND',
        title: 'Michigan St. at Notre Dame Winner?',
        sub_title: 'Notre Dame',
        status: 'active',
        close_at_ms: Date.UTC(2026, 8, 21, 23, 30),
      },
    },
    {
      note: 'without a title, as the exchange announced',
      value: { ticker, yes_sub_title: 'Notre Dame', close_time: 'soon' },
      expected: {
        event_ticker: null,
        title: 'Notre Dame',
        sub_title: 'Notre Dame',
        status: 'unknown',
        close_at_ms: null,
      },
    },
    {
      note: 'with nothing but its ticker',
      value: { ticker, title: null, status: 5 },
      expected: { event_ticker: null, title: ticker, sub_title: null, status: 'unknown', close_at_ms: null },
    },
  ])('$note', ({ value, expected }) => {
    const market = parseMarket(value)
    expect(market).toEqual({ market_ticker: ticker, ...expected })
    expect(marketSchema.safeParse(market).success).toBe(true)
  })

  test.each([[undefined], [null], ['x'], [{}], [{ ticker: '' }]])('%p is no market', (value) => {
    expect(parseMarket(value)).toBeUndefined()
  })
})

describe('parseEvent', () => {
  const event = { event_ticker: 'E', series_ticker: 'S', title: 'T', sub_title: 'U', category: 'Sports' }
  test('takes its markets from inside or from beside it, and leaves out what is none', () => {
    const markets = [{ ticker: 'E-1' }, 'odd', { ticker: 'E-2' }]
    const tickers = (value: unknown, beside?: unknown) =>
      parseEvent(value, beside)?.markets.map((market) => market.market_ticker)
    expect(tickers({ ...event, markets })).toEqual(['E-1', 'E-2'])
    expect(tickers(event, markets)).toEqual(['E-1', 'E-2'])
    expect(parseEvent(event)).toEqual({ ...event, markets: [] })
  })

  test('everything but the ticker may be missing', () => {
    expect(parseEvent({ event_ticker: 'E' })).toEqual({
      event_ticker: 'E',
      series_ticker: null,
      title: null,
      sub_title: null,
      category: null,
      markets: [],
    })
    expect(parseEvent({ title: 'T' })).toBeUndefined()
  })
})

test.each([
  {
    note: 'as served',
    value: { ticker: 'KXNFLGAME', fee_type: 'quadratic_with_maker_fees', fee_multiplier: 1 },
    expected: { ticker: 'KXNFLGAME', fees: { type: 'quadratic_with_maker_fees', multiplier: 1 } },
  },
  { note: 'without a kind', value: { ticker: 'KXNFLGAME', fee_multiplier: 1 }, expected: undefined },
  {
    note: 'a factor that is none',
    value: { ticker: 'K', fee_type: 'quadratic', fee_multiplier: -1 },
    expected: undefined,
  },
  { note: 'no series', value: 'series', expected: undefined },
])('what a series takes: $note', ({ value, expected }) => {
  expect(parseSeries(value)).toEqual(expected)
})
