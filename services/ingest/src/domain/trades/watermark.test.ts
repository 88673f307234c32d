import { describe, expect, test } from '@jest/globals'
import type { FeedFacts } from '../feed/feed-state.ts'
import { Watermark } from './watermark.ts'

const t0 = 1_800_000_000_000
const facts: FeedFacts = {
  startedAtMs: t0,
  openedAtMs: t0,
  establishedAtMs: t0,
  confirmedAtMs: t0,
  pausedAtMs: null,
  lastActivityAtMs: t0 + 900_000,
  lastTradeAtMs: t0,
  closeReason: '',
  ended: null,
  tradingHalted: false,
}
const trade = (executed_at_ms: number, received_at_ms = executed_at_ms + 5) => ({
  executed_at_ms,
  received_at_ms,
})

describe('Watermark', () => {
  test('follows the newest trade, never back, never ahead of our own clock', () => {
    const watermark = new Watermark(0)
    watermark.read(trade(t0 + 100))
    watermark.read(trade(t0 + 50))
    expect(watermark.executedMs).toBe(t0 + 100)
    watermark.read(trade(t0 + 86_400_000, t0 + 200))
    expect(watermark.executedMs).toBe(t0 + 200)
  })

  test('begins at the first confirmation, or where an earlier process stood', () => {
    const fresh = new Watermark(0)
    fresh.confirmed(t0)
    expect(fresh.executedMs).toBe(t0)
    const heir = new Watermark(t0 - 60_000)
    heir.confirmed(t0)
    expect(heir.executedMs).toBe(t0 - 60_000)
  })

  test.each([
    { note: 'the newest trade', read: t0 + 899_000, facts: {}, gap: null, expected: t0 + 899_000 },
    { note: 'a quiet market with signs of life', read: t0, facts: {}, gap: null, expected: t0 + 600_000 },
    { note: 'quiet, and no subscription', read: t0, facts: { confirmedAtMs: null }, gap: null, expected: t0 },
    { note: 'quiet because paused', read: t0, facts: { pausedAtMs: t0 + 1 }, gap: null, expected: t0 },
    { note: 'an open gap holds it back', read: t0 + 899_000, facts: {}, gap: t0 + 7, expected: t0 + 7 },
  ])('position: $note', ({ read, facts: some, gap, expected }) => {
    const watermark = new Watermark(0)
    watermark.read(trade(read))
    expect(watermark.positionMs({ ...facts, ...some }, gap)).toBe(expected)
  })

  test.each([
    { note: 'never paused', resumedAtMs: null, readAtMs: t0, closedAtMs: t0 + 1, expected: 'disconnect' },
    {
      note: 'cut with the backlog unread',
      resumedAtMs: t0 + 10_000,
      readAtMs: t0 + 500,
      closedAtMs: t0 + 10_100,
      expected: 'backpressure',
    },
    {
      note: 'caught up before',
      resumedAtMs: t0 + 10_000,
      readAtMs: t0 + 10_001,
      closedAtMs: t0 + 10_100,
      expected: 'disconnect',
    },
    {
      note: 'long after',
      resumedAtMs: t0 + 10_000,
      readAtMs: t0 + 500,
      closedAtMs: t0 + 41_000,
      expected: 'disconnect',
    },
  ])('a close is for $expected: $note', ({ resumedAtMs, readAtMs, closedAtMs, expected }) => {
    const watermark = new Watermark(0)
    watermark.read(trade(readAtMs))
    if (resumedAtMs !== null) watermark.resumed(resumedAtMs)
    expect(watermark.causeOfClose(closedAtMs)).toBe(expected)
  })
})
