import { describe, expect, test } from '@jest/globals'
import { faultsOf, isOverrun, type WindowFacts } from './verdict.ts'

const held: WindowFacts = {
  rate: 20_000,
  seconds: 8,
  capacity: 100_000,
  sent: 160_000,
  elapsedMs: 8_003,
  seen: 160_000,
  duplicates: 0,
  rejected: 0,
  pauses: 0,
  restarts: 0,
  maxBacklog: 900,
}

describe('a rate', () => {
  test('is held when everything sent in time was seen once', () => {
    expect(faultsOf(held)).toEqual([])
  })

  test.each<{ note: string; over: Partial<WindowFacts>; fault: RegExp }>([
    { note: 'one trade is missing', over: { seen: 159_999 }, fault: /^1 trades were lost$/ },
    { note: 'one trade is seen too often', over: { seen: 160_001 }, fault: /lost/ },
    { note: 'a trade was rejected', over: { rejected: 1 }, fault: /rejected/ },
    { note: 'the socket was paused', over: { pauses: 1 }, fault: /paused/ },
    { note: 'the backlog passed a fifth', over: { maxBacklog: 20_001 }, fault: /backlog/ },
    { note: 'the source was slowed', over: { elapsedMs: 8_600 }, fault: /slowed to 18605\/s/ },
    { note: 'the source was stopped', over: { sent: 100, seen: 100 }, fault: /159900 trades could not/ },
    { note: 'a process died', over: { restarts: 1 }, fault: /started again/ },
    { note: 'a trade came twice', over: { duplicates: 1 }, fault: /twice/ },
  ])('is not held when $note', ({ over, fault }) => {
    expect(faultsOf({ ...held, ...over })).toEqual([expect.stringMatching(fault)])
  })

  test('is overrun above the same fifth', () => {
    expect([20_000, 20_001].map((backlog) => isOverrun(backlog, 100_000))).toEqual([false, true])
  })
})
