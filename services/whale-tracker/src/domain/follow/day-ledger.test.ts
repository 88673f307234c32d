import { expect, test } from '@jest/globals'
import { sampleAccount, samplePosition } from '@whalecast/events/testing'
import { epochMs } from '../../testing/trades.ts'
import { DayLedger } from './day-ledger.ts'

const lossAfter = (
  accounts: readonly Parameters<typeof sampleAccount>[0][],
  ledger = new DayLedger(undefined, epochMs),
) => {
  for (const account of accounts) ledger.onAccount(sampleAccount(account), epochMs)
  return ledger.lossE6(epochMs)
}

test.each([
  { note: 'the first account is where the day begins', accounts: [{ traded_cash_e6: -50e6 }], lossE6: 0 },
  {
    note: 'buying loses the fee only',
    accounts: [{}, { traded_cash_e6: -3.2e6, positions: [samplePosition('KX-a', { cost_e6: 3.1e6 })] }],
    lossE6: 0.1e6,
  },
  {
    note: 'a worthless settlement loses the cost',
    accounts: [{ traded_cash_e6: -3.1e6, positions: [samplePosition('KX-a')] }, { traded_cash_e6: -3.1e6 }],
    lossE6: 3.1e6,
  },
  { note: 'a gain is no loss', accounts: [{}, { traded_cash_e6: 5e6 }], lossE6: 0 },
  { note: 'a withdrawal is no loss', accounts: [{}, { balance_e6: 0 }], lossE6: 0 },
  {
    note: 'a ledger that began anew tells nothing of before',
    accounts: [{}, { traded_cash_e6: -9e6, ledger_since_ms: epochMs }],
    lossE6: 0,
  },
])('$note', ({ accounts, lossE6 }) => {
  expect(lossAfter(accounts)).toBe(lossE6)
})

test('a restart goes on with the day, and with what happened meanwhile', () => {
  const before = new DayLedger(undefined, epochMs)
  before.onTrade(epochMs)
  lossAfter([{}, { traded_cash_e6: -2e6 }], before)
  const after = new DayLedger(before.state(epochMs), epochMs)
  expect(lossAfter([{ traded_cash_e6: -5e6 }], after)).toBe(5e6)
  expect(after.trades(epochMs)).toBe(1)
  expect(new DayLedger(before.state(epochMs), epochMs + 86_400_000).trades(epochMs + 86_400_000)).toBe(0)
})
