import { describe, expect, test } from '@jest/globals'
import { feedState, type FeedFacts } from './feed-state.ts'
import { judgeDirectory, judgeSocket, judgeTrades } from '../health.ts'

// A Tuesday, noon in New York.
const now = Date.parse('2026-11-24T17:00:00Z')
const thursdayPause = Date.parse('2026-11-26T08:30:00Z')

const live: FeedFacts = {
  startedAtMs: now - 3_600_000,
  openedAtMs: now - 600_000,
  establishedAtMs: now - 3_599_000,
  confirmedAtMs: now - 599_900,
  pausedAtMs: null,
  lastActivityAtMs: now - 100,
  lastTradeAtMs: now - 100,
  closeReason: '',
  ended: null,
  tradingHalted: false,
}
const closed: Partial<FeedFacts> = { openedAtMs: null, confirmedAtMs: null, closeReason: 'closed 1006' }
const never: Partial<FeedFacts> = {
  ...closed,
  establishedAtMs: null,
  lastTradeAtMs: null,
  lastActivityAtMs: null,
}

type Row = {
  note: string
  at?: number
  facts: Partial<FeedFacts>
  state: string
  socket: string
  trades: string
}

describe('state and health of the feed', () => {
  const rows: Row[] = [
    { note: 'trades come', facts: {}, state: 'live', socket: 'healthy', trades: 'healthy' },
    {
      note: 'first attempt',
      facts: { ...never, startedAtMs: now - 1_000 },
      state: 'connecting',
      socket: 'starting',
      trades: 'starting',
    },
    { note: 'never connected', facts: never, state: 'connecting', socket: 'unhealthy', trades: 'unhealthy' },
    { note: 'cut', facts: closed, state: 'reconnecting', socket: 'unhealthy', trades: 'unhealthy' },
    {
      note: 'open again, not subscribed yet',
      facts: { openedAtMs: now - 500, confirmedAtMs: null },
      state: 'connecting',
      socket: 'healthy',
      trades: 'starting',
    },
    {
      note: 'open, and the subscription is never confirmed',
      facts: { openedAtMs: now - 40_000, confirmedAtMs: null },
      state: 'connecting',
      socket: 'healthy',
      trades: 'unhealthy',
    },
    {
      note: 'no trade for 61 s, pings flow',
      facts: { lastTradeAtMs: now - 61_000 },
      state: 'silent',
      socket: 'healthy',
      trades: 'degraded',
    },
    {
      note: 'no trade for 60 s exactly',
      facts: { lastTradeAtMs: now - 60_000 },
      state: 'live',
      socket: 'healthy',
      trades: 'healthy',
    },
    {
      note: 'no trade ever on a subscription of 61 s',
      facts: { confirmedAtMs: now - 61_000, lastTradeAtMs: null },
      state: 'silent',
      socket: 'healthy',
      trades: 'degraded',
    },
    {
      note: 'silent in the weekly pause',
      at: thursdayPause,
      facts: { openedAtMs: thursdayPause - 7_200_000, lastActivityAtMs: thursdayPause - 100 },
      state: 'live',
      socket: 'healthy',
      trades: 'healthy',
    },
    {
      note: 'silent while the exchange says that nothing is traded',
      facts: { lastTradeAtMs: now - 500_000, tradingHalted: true },
      state: 'live',
      socket: 'healthy',
      trades: 'healthy',
    },
    {
      note: 'no frame and no ping for 31 s',
      facts: { lastActivityAtMs: now - 31_000, lastTradeAtMs: now - 31_000 },
      state: 'live',
      socket: 'degraded',
      trades: 'healthy',
    },
    {
      note: 'nothing for 301 s, though data came before',
      facts: { lastActivityAtMs: now - 301_000, lastTradeAtMs: now - 301_000 },
      state: 'silent',
      socket: 'unhealthy',
      trades: 'degraded',
    },
    {
      note: 'paused: its silence says nothing',
      facts: { pausedAtMs: now - 301_000, lastActivityAtMs: now - 301_000, lastTradeAtMs: now - 301_000 },
      state: 'paused',
      socket: 'degraded',
      trades: 'degraded',
    },
    {
      note: 'credentials refused',
      facts: { ...closed, ended: { state: 'auth_failed', reason: 'HTTP 401' } },
      state: 'auth_failed',
      socket: 'unhealthy',
      trades: 'unhealthy',
    },
    {
      note: 'stopped',
      facts: { ended: { state: 'stopped', reason: 'ingest stops' } },
      state: 'stopped',
      socket: 'unhealthy',
      trades: 'unhealthy',
    },
  ]
  test.each(rows)('$note', ({ at = now, facts, state, socket, trades }) => {
    const all = { ...live, ...facts }
    expect(feedState(all, at).state).toBe(state)
    expect(judgeSocket(all, at).status).toBe(socket)
    expect(judgeTrades(all, null, at).status).toBe(trades)
  })

  test('a gap that stays open degrades the trades, a young one does not', () => {
    expect(judgeTrades(live, now - 46_000, now).status).toBe('degraded')
    expect(judgeTrades(live, now - 20_000, now).status).toBe('healthy')
  })
})

test('to judge changes nothing: asked in any order and as often as one likes, the answer is the same', () => {
  const facts = Object.freeze({ ...live, lastTradeAtMs: now - 61_000 })
  const ask = () => [judgeSocket(facts, now), judgeTrades(facts, now - 46_000, now), feedState(facts, now)]
  const first = ask()
  judgeTrades(facts, null, now + 3_600_000)
  judgeSocket(facts, now + 3_600_000)
  for (let time = 0; time < 100; time += 1) expect(ask()).toEqual(first)
})

describe('health of the directory', () => {
  const base = { startedAtMs: now - 3_600_000, lastAnswerAtMs: now - 1_000, lastError: '', preloaded: true }
  test.each([
    { note: 'REST answers', facts: {}, expected: 'healthy' },
    { note: 'just started', facts: { startedAtMs: now - 1_000, lastAnswerAtMs: null }, expected: 'starting' },
    { note: 'never answered', facts: { lastAnswerAtMs: null }, expected: 'degraded' },
    { note: 'answered once, long ago', facts: { lastAnswerAtMs: now - 101_000 }, expected: 'degraded' },
  ])('$note', ({ facts, expected }) => {
    expect(judgeDirectory({ ...base, ...facts }, now).status).toBe(expected)
  })
})
