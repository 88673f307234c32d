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
    { note: 'the answer, then data', steps: ['answer 7', 'data 7'], news: [true, false] },
    { note: 'data, then the answer', steps: ['data 7', 'answer 7'], news: [true, false] },
    { note: 'an answer that names no sid, then data', steps: ['answer', 'data 7'], news: [true, false] },
  ])('live once: $note', ({ steps, news }) => {
    const subscriptions = new Subscriptions(['trade'], t0)
    subscriptions.ask('trade', t0)
    const told = steps.map((step) => {
      const [what, sid] = step.split(' ')
      const number = sid === undefined ? null : Number(sid)
      return what === 'data'
        ? subscriptions.seen('trade', number ?? undefined)
        : subscriptions.answered('trade', number)
    })
    expect(told).toEqual(news)
    expect(subscriptions.channelOf(7)).toBe('trade')
    expect(subscriptions.asked(1)).toBeUndefined()
  })

  test('what still comes of a dead subscription does not prove the new one', () => {
    const subscriptions = new Subscriptions(['trade'], t0)
    subscriptions.ask('trade', t0)
    subscriptions.answered('trade', 7)
    subscriptions.failed('trade', t0)
    subscriptions.ask('trade', t0)
    expect(subscriptions.seen('trade', 7)).toBe(false)
    expect(subscriptions.answered('trade', 7)).toBe(true)
    expect(subscriptions.channelOf(7)).toBe('trade')
  })

  test('a dead subscription is asked for at once, then with growing delay, and at once again after peace', () => {
    const subscriptions = new Subscriptions(['trade'], t0)
    const delays: number[] = []
    let now = t0
    for (let n = 0; n < 9; n++) {
      subscriptions.answered('trade', n)
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
    subscriptions.answered('ticker', 2)
    expect(subscriptions.unanswered(t0 + answerWithinMs)).toBeUndefined()
    expect(subscriptions.unanswered(t0 + answerWithinMs + 1)).toBe('trade')
    expect(subscriptions.unanswered(t0 + answerWithinMs + 1, t0 + 5_000)).toBeUndefined()
    subscriptions.answered('trade', 1)
    expect(subscriptions.unanswered(t0 + answerWithinMs + 1)).toBeUndefined()
  })

  test('what was never wanted changes nothing', () => {
    const subscriptions = new Subscriptions(['trade'], t0)
    expect(subscriptions.answered('ticker', 3)).toBe(false)
    expect(subscriptions.seen('ticker', 3)).toBe(false)
    expect(subscriptions.failed('ticker', t0)).toBeUndefined()
    expect(subscriptions.channelOf(3)).toBeUndefined()
  })
})
