import { describe, expect, test } from '@jest/globals'
import { tradingStateSchema, type Account, type Market, type TradingState } from '@whalecast/events'
import { sampleAccount, sampleOrder, samplePosition } from '@whalecast/events/testing'
import { makeBook } from '../../testing/books.ts'
import { epochMs } from '../../testing/beats.ts'
import { TradingDesk } from './trading-desk.ts'

const market: Market = {
  market_ticker: 'KX-a',
  event_ticker: 'KX',
  title: 'Will it rain?',
  sub_title: null,
  status: 'active',
  close_at_ms: epochMs + 1_000,
}
const around = {
  books: new Map([['KX-a', makeBook('KX-a', { yes: [[60, 100]], no: [[38, 100]] })]]),
  markets: new Map([['KX-a', market]]),
}
const nothing = { books: new Map(), markets: new Map() }
const fill = (id: string, filledAtMs: number) => ({
  fill_id: id,
  order_id: 'o',
  market_ticker: 'KX-a',
  side: 'yes' as const,
  action: 'buy' as const,
  price_e4: 6_200,
  count_e2: 500,
  fee_e6: 0.05e6,
  is_taker: true,
  filled_at_ms: filledAtMs,
})
const settlement = (ticker: string, settledAtMs: number) => ({
  market_ticker: ticker,
  market_result: 'yes',
  yes_count_e2: 500,
  no_count_e2: 0,
  total_cost_e6: 3.1e6,
  revenue_e6: 5e6,
  fee_e6: 0.1e6,
  settled_at_ms: settledAtMs,
})

class Desk {
  readonly desk: TradingDesk
  readonly told: TradingState[] = []

  constructor(state?: TradingState, session?: TradingDesk['sessionState']) {
    this.desk = new TradingDesk({ state, session })
  }

  look(
    account: Partial<Account> = {},
    surroundings: Parameters<TradingDesk['look']>[1] = around,
    nowMs = epochMs,
  ) {
    const state = this.desk.look(sampleAccount(account), surroundings, nowMs)
    if (state) this.told.push(tradingStateSchema.strict().parse(state))
    return state
  }
}

describe('the state', () => {
  test('every figure, from the account and our own book', () => {
    const desk = new Desk()
    desk.look()
    const state = desk.look({
      positions: [
        samplePosition('KX-b', { position_e2: -200, cost_e6: 0.8e6 }),
        samplePosition('KX-a', {
          source: 'live',
          total_traded_e6: 4e6,
          realized_pnl_e6: 0.2e6,
          fees_e6: 0.05e6,
        }),
      ],
      orders: [
        sampleOrder('KX-a', {
          order_id: '1',
          side: 'no',
          price_e4: 3_850,
          filled_e2: 100,
          remaining_e2: 400,
        }),
        sampleOrder('KX-a', { order_id: '2', created_at_ms: epochMs + 1, price_e4: 6_150 }),
      ],
      fills: [fill('old', 1), fill('new', 2)],
      settlements: [settlement('KX-old', 1), settlement('KX-new', 2)],
      settlements_count: 7,
      order_group: { order_group_id: 'g', status: 'active', order_ids: ['1', '2'], contracts_limit_e2: null },
    })
    expect(state).toMatchObject({
      version: 2,
      timestamp_ms: epochMs,
      broker: 'paper',
      balance: 100_000,
      portfolio_value: 300 + 80,
      position_count: 2,
      order_count: 2,
      open_orders: 2,
      positions: ['KX-a', 'KX-b'],
      order_list: [
        { order_id: '2', side: 'yes', price: 61.5 },
        {
          order_id: '1',
          ticker: 'KX-a',
          side: 'no',
          action: 'buy',
          price: 38.5,
          count: 4,
          status: 'resting',
        },
      ],
      changes: null,
      order_group: { id: 'g', status: 'active', order_count: 2, order_ids: ['1', '2'] },
      session_updates: { updated_tickers: ['KX-a'], count: 1 },
      settlements_count: 7,
    })
    expect(state?.positions_details).toEqual([
      {
        ticker: 'KX-a',
        title: 'Will it rain?',
        position: 5,
        side: 'yes',
        total_traded: 400,
        cost: 310,
        market_value: 300,
        unrealized_pnl: -10,
        realized_pnl: 20,
        fees_paid: 5,
        market_bid: 60,
        market_ask: 62,
        market_close_ms: epochMs + 1_000,
        price_source: 'book',
        session_updated: true,
        last_updated_ms: epochMs,
      },
      expect.objectContaining({
        ticker: 'KX-b',
        title: null,
        position: -2,
        side: 'no',
        cost: 80,
        market_value: null,
        unrealized_pnl: null,
        price_source: 'none',
      }),
    ])
    expect(state?.fills.map(({ fill_id }) => fill_id)).toEqual(['new', 'old'])
    expect(state?.settlements.map(({ ticker, net_pnl }) => [ticker, net_pnl])).toEqual([
      ['KX-new', 180],
      ['KX-old', 180],
    ])
  })

  test('a live update keeps what it does not speak of, and the portfolio is worth its marks', () => {
    const desk = new Desk()
    const before = desk.look({ positions: [samplePosition('KX-a')] })
    const after = desk.look({
      positions: [samplePosition('KX-a', { source: 'live', realized_pnl_e6: 0.3e6 })],
    })
    expect(after?.portfolio_value).toBe(before?.portfolio_value)
    expect(after?.positions_details[0]).toEqual({
      ...before?.positions_details[0],
      realized_pnl: 30,
      session_updated: true,
    })
  })
})

describe('versions', () => {
  test('rise by one with each state that differs, and not with what is read again', () => {
    const desk = new Desk()
    const positions = [samplePosition('KX-a')]
    desk.look({ positions })
    expect(desk.look({ positions })).toBeUndefined()
    expect(desk.look({ positions: [samplePosition('KX-a', { updated_at_ms: epochMs + 1 })] })).toBeUndefined()
    desk.look({ positions, balance_e6: 999e6 })
    const cheaper = new Map([['KX-a', makeBook('KX-a', { yes: [[59, 100]] })]])
    desk.look({ positions, balance_e6: 999e6 }, { ...around, books: cheaper })
    expect(desk.told.map(({ version }) => version)).toEqual([1, 2, 3])
  })

  test('go on after a restart, which by itself is no change', () => {
    const before = new Desk()
    before.look({ positions: [samplePosition('KX-a')] })
    // As it is read back: keys in the order of the schema.
    const stored = tradingStateSchema.parse(before.told[0])
    const after = new Desk(stored, before.desk.sessionState)
    expect(after.look({ positions: [samplePosition('KX-a')] })).toBeUndefined()
    expect(after.look({ positions: [] })?.version).toBe(2)
  })
})

describe('changes', () => {
  test('are what the newest read changed against the one before, with one set of keys', () => {
    const desk = new Desk()
    const second = { synced_at_ms: epochMs + 25_000 }
    desk.look({}, nothing)
    desk.look(
      { ...second, balance_e6: 996.9e6, traded_cash_e6: -3.1e6, positions: [samplePosition('KX-a')] },
      nothing,
    )
    desk.look({ ...second, balance_e6: 990e6, positions: [samplePosition('KX-a')] }, nothing)
    expect(desk.told.map(({ changes }) => changes)).toEqual([
      null,
      { balance: -310, portfolio_value: 310, positions: 1, orders: 0 },
      { balance: -310, portfolio_value: 310, positions: 1, orders: 0 },
    ])
  })

  test('reads that find nothing new are told once, then no more', () => {
    const desk = new Desk()
    const looks = Array.from({ length: 10 }, (_, n) =>
      desk.look({ synced_at_ms: epochMs + n * 25_000 }, nothing),
    )
    expect(looks.filter(Boolean)).toHaveLength(2)
    expect(desk.told.at(-1)?.changes).toEqual({ balance: 0, portfolio_value: 0, positions: 0, orders: 0 })
  })
})
