import { describe, expect, test } from '@jest/globals'
import { isOverrun, lossesOf, strainsOf, type WindowFacts } from './verdict.ts'

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
    expect([...lossesOf(held), ...strainsOf(held)]).toEqual([])
  })

  test.each<{ note: string; over: Partial<WindowFacts>; loss: RegExp }>([
    { note: 'one trade is missing', over: { seen: 159_999 }, loss: /^1 trades were lost$/ },
    { note: 'one trade is seen too often', over: { seen: 160_001 }, loss: /lost/ },
    { note: 'a trade was rejected', over: { rejected: 1 }, loss: /rejected/ },
    { note: 'the source was slowed', over: { elapsedMs: 8_600 }, loss: /slowed to 18605\/s/ },
    { note: 'the source was stopped', over: { sent: 100, seen: 100 }, loss: /159900 trades could not/ },
    { note: 'a trade came twice', over: { duplicates: 1 }, loss: /twice/ },
  ])('loses when $note', ({ over, loss }) => {
    expect(lossesOf({ ...held, ...over })).toEqual([expect.stringMatching(loss)])
    expect(strainsOf({ ...held, ...over })).toEqual([])
  })

  test.each<{ note: string; over: Partial<WindowFacts>; strain: RegExp }>([
    { note: 'the socket was paused', over: { pauses: 1 }, strain: /paused/ },
    { note: 'the backlog passed a fifth', over: { maxBacklog: 20_001 }, strain: /backlog/ },
    { note: 'a process died', over: { restarts: 1 }, strain: /started again/ },
  ])('strains when $note', ({ over, strain }) => {
    expect(strainsOf({ ...held, ...over })).toEqual([expect.stringMatching(strain)])
    expect(lossesOf({ ...held, ...over })).toEqual([])
  })

  test('is overrun above a fifth of the capacity', () => {
    expect([20_000, 20_001].map((backlog) => isOverrun(backlog, 100_000))).toEqual([false, true])
  })
})
