import { expect, test } from '@jest/globals'
import { PaperAccount } from '../domain/paper/paper-account.ts'
import { emptyPaper } from '../domain/paper/paper-state.ts'
import { makeOrder, startMs } from '../testing/samples.ts'
import { readPaper } from './paper-store.ts'

test('an account comes back as it was', () => {
  const account = new PaperAccount(emptyPaper(10e6, startMs))
  const resting = { nowMs: startMs, restsUntilMs: startMs + 120_000 }
  account.place(makeOrder(), { fills: [[4_500, 100]] }, resting)
  account.onSettled({ ticker: 'KXTEST-1', result: 'no', yesPaysE4: 0 }, startMs)
  account.place(makeOrder({ client_order_id: 'wc-2' }), { fills: [[4_500, 100]] }, resting)
  expect(readPaper(JSON.stringify(account.state))).toEqual(account.state)
})

test.each([
  { text: undefined, read: undefined },
  { text: '{', read: 'unreadable' },
  { text: '{"cash_e6": 1}', read: 'unreadable' },
])('$text is $read', ({ text, read }) => {
  expect(readPaper(text)).toBe(read)
})
