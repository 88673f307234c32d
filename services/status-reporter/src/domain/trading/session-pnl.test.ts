import { describe, expect, test } from '@jest/globals'
import { sessionSchema, type Account } from '@whalecast/events'
import { sampleAccount, sampleOrder, samplePosition } from '@whalecast/events/testing'
import { epochMs } from '../../testing/beats.ts'
import { SessionPnl } from './session-pnl.ts'

type Seen = { readonly account?: Partial<Account>; readonly valueE6?: number }

/** The figures after these accounts, in cents. */
function after(seen: readonly Seen[], session = new SessionPnl()) {
  let told: ReturnType<SessionPnl['pnl']> = null
  for (const { account = {}, valueE6 = 0 } of seen) {
    const portfolio = { valueE6, complete: true }
    session.onAccount(sampleAccount(account), portfolio, epochMs)
    told = session.pnl(sampleAccount(account), portfolio, null)
  }
  return told
}

describe('profit of a session', () => {
  test.each([
    {
      note: '100000 to 101500 by trading',
      seen: [{}, { account: { balance_e6: 1_015e6, traded_cash_e6: 15e6 } }],
      expected: {
        starting_equity: 100_000,
        current_equity: 101_500,
        session_pnl: 1_500,
        session_pnl_percent: 1.5,
        transfers: 0,
      },
    },
    {
      note: 'a deposit is no profit',
      seen: [{}, { account: { balance_e6: 1_500e6 } }],
      expected: { current_equity: 150_000, session_pnl: 0, session_pnl_percent: 0, transfers: 50_000 },
    },
    {
      note: 'a withdrawal is no loss, beside a profit',
      seen: [{}, { account: { balance_e6: 310e6, traded_cash_e6: 10e6 } }],
      expected: { current_equity: 31_000, session_pnl: 1_000, session_pnl_percent: 1, transfers: -70_000 },
    },
    {
      note: 'what was bought is worth what it can be sold for',
      seen: [{}, { account: { balance_e6: 996.9e6, traded_cash_e6: -3.1e6 }, valueE6: 2.5e6 }],
      expected: { current_equity: 99_940, session_pnl: -60, session_pnl_percent: -0.06, transfers: 0 },
    },
    {
      note: 'buying books the fee, and selling the gain',
      seen: [
        {},
        { account: { traded_cash_e6: -3.18e6, positions: [samplePosition('KX-a')] }, valueE6: 3.3e6 },
        { account: { traded_cash_e6: 0.5e6 } },
      ],
      expected: { realized_pnl: 50, session_pnl: 50, invested_amount: 0 },
    },
    {
      note: 'what was paid for is not booked before it is sold',
      seen: [
        {},
        { account: { traded_cash_e6: -3.18e6, positions: [samplePosition('KX-a')] }, valueE6: 3.3e6 },
      ],
      expected: { realized_pnl: -8, session_pnl: 12, invested_amount: 310 },
    },
    {
      note: 'what was booked before the session, or between two ledgers, is no part of it',
      seen: [
        { account: { traded_cash_e6: 90e6 } },
        { account: { traded_cash_e6: 91e6 } },
        { account: { ledger_since_ms: epochMs, traded_cash_e6: 40e6 } },
        { account: { ledger_since_ms: epochMs, traded_cash_e6: 42e6 } },
      ],
      expected: { realized_pnl: 300 },
    },
    {
      note: 'what an order sets aside is neither loss nor transfer',
      seen: [{}, { account: { balance_e6: 980e6, orders: [sampleOrder('1')] } }],
      expected: { current_equity: 100_000, session_pnl: 0, transfers: 0 },
    },
    {
      note: 'a deposit while an order waits is found when it is done',
      seen: [
        {},
        { account: { balance_e6: 1_080e6, orders: [sampleOrder('1')] } },
        { account: { balance_e6: 1_090e6, traded_cash_e6: -10e6 }, valueE6: 12e6 },
      ],
      expected: { current_equity: 110_200, session_pnl: 200, transfers: 10_000 },
    },
    {
      note: 'a ledger that began anew makes no profit of what lies between',
      seen: [
        {},
        { account: { balance_e6: 1_005e6, traded_cash_e6: 5e6 } },
        { account: { balance_e6: 700e6, ledger_since_ms: epochMs, traded_cash_e6: 1e6 } },
        { account: { balance_e6: 702e6, ledger_since_ms: epochMs, traded_cash_e6: 3e6 } },
      ],
      expected: { session_pnl: 700, current_equity: 70_200, transfers: -30_500 },
    },
    {
      note: 'nothing to begin with: no percent',
      seen: [{ account: { balance_e6: 0 } }, { account: { balance_e6: 5e6, traded_cash_e6: 5e6 } }],
      expected: { starting_equity: 0, session_pnl: 500, session_pnl_percent: 0 },
    },
    {
      note: 'percent has two decimals',
      seen: [{ account: { balance_e6: 300e6 } }, { account: { balance_e6: 301e6, traded_cash_e6: 1e6 } }],
      expected: { session_pnl: 100, session_pnl_percent: 0.33 },
    },
    {
      note: 'the account of another broker is another session',
      seen: [{}, { account: { broker: 'exchange', balance_e6: 50e6, traded_cash_e6: 9e6 } }],
      expected: { starting_equity: 5_000, session_pnl: 0 },
    },
  ] satisfies readonly { note: string; seen: readonly Seen[]; expected: object }[])(
    '$note',
    ({ seen, expected }) => {
      expect(after(seen)).toMatchObject(expected)
    },
  )

  test('a restart goes on where it was, with what happened meanwhile', () => {
    const before = new SessionPnl()
    after([{}, { account: { balance_e6: 1_010e6, traded_cash_e6: 10e6 } }], before)
    const stored = sessionSchema.parse(before.state)
    const seen = [{ account: { balance_e6: 1_115e6, traded_cash_e6: 15e6 } }]
    expect(after(seen, new SessionPnl(stored))).toMatchObject({
      session_start_ms: epochMs,
      session_pnl: 1_500,
      realized_pnl: 1_500,
      transfers: 10_000,
    })
  })

  test('it begins when every position has a mark, or after five seconds', () => {
    const begins = (complete: boolean, afterMs: number) => {
      const session = new SessionPnl()
      session.onAccount(sampleAccount(), { valueE6: 0, complete: false }, epochMs)
      session.onAccount(sampleAccount(), { valueE6: 7e6, complete }, epochMs + afterMs)
      return session.state?.starting_equity_e6
    }
    expect([begins(true, 100), begins(false, 4_999), begins(false, 5_000)]).toEqual([
      1_007e6,
      undefined,
      1_007e6,
    ])
  })
})

test('markets that changed over the socket this session are known, also when nothing is held of them any more', () => {
  const session = new SessionPnl()
  const positions = [
    samplePosition('KX-live', { source: 'live' }),
    samplePosition('KX-rest'),
    samplePosition('KX-before', { source: 'live', updated_at_ms: epochMs - 1 }),
  ]
  after([{ account: { positions } }, {}], session)
  expect(session.updatedTickers).toEqual(['KX-live'])
})
