import { describe, expect, test } from '@jest/globals'
import { answerWithinMs, Subscriptions } from './subscriptions.ts'

const t0 = 1_800_000_000_000

describe('Subscriptions', () => {
  test('every channel is asked for once, each under an id of its own', () => {
    const subscriptions = new Subscriptions(['trade', 'ticker'], t0)
    expect(subscriptions.due(t0)).toEqual(['trade', 'ticker'])
    const ids = [subscriptions.ask('trade', t0), subscriptions.ask('ticker', t0)]
    expect(ids).toEqual([1, 2])
    expect(subscriptions.due(t0)).toEqual([])
    expect(subscriptions.asked(2)).toBe('ticker')
  })

  test.each([
    { note: 'the answer after data', first: 7, second: 7 },
    { note: 'an answer that names no sid, then data', first: null, second: 7 },
  ])('$note: live once', ({ first, second }) => {
    const subscriptions = new Subscriptions(['trade'], t0)
    subscriptions.ask('trade', t0)
    expect(subscriptions.live('trade', first)).toBe(true)
    expect(subscriptions.live('trade', second)).toBe(false)
    expect(subscriptions.channelOf(7)).toBe('trade')
    expect(subscriptions.asked(1)).toBeUndefined()
  })

  test('a dead subscription is asked for at once, then with growing delay, and at once again after peace', () => {
    const subscriptions = new Subscriptions(['trade'], t0)
    const delays: number[] = []
    let now = t0
    for (let n = 0; n < 9; n++) {
      subscriptions.live('trade', n)
      const at = subscriptions.failed('trade', now)?.atMs ?? NaN
      delays.push(at - now)
      expect(subscriptions.channelOf(n)).toBeUndefined()
      now = at
    }
    expect(delays).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    expect(subscriptions.failed('trade', now + 60_001)).toEqual({ channel: 'trade', atMs: now + 60_001 })
  })

  test('silence on a command is noticed, an answer ends the wait', () => {
    const subscriptions = new Subscriptions(['trade', 'ticker'], t0)
    subscriptions.ask('trade', t0)
    subscriptions.ask('ticker', t0)
    subscriptions.live('ticker', 2)
    expect(subscriptions.unanswered(t0 + answerWithinMs)).toBeUndefined()
    expect(subscriptions.unanswered(t0 + answerWithinMs + 1)).toBe('trade')
    subscriptions.live('trade', 1)
    expect(subscriptions.unanswered(t0 + answerWithinMs + 1)).toBeUndefined()
  })

  test('what was never wanted changes nothing', () => {
    const subscriptions = new Subscriptions(['trade'], t0)
    expect(subscriptions.live('ticker', 3)).toBe(false)
    expect(subscriptions.failed('ticker', t0)).toBeUndefined()
    expect(subscriptions.channelOf(3)).toBeUndefined()
  })
})
