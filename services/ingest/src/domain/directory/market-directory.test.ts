import { describe, expect, test } from '@jest/globals'
import type { Market } from '@whalecast/events'
import { MarketDirectory } from './market-directory.ts'

const now = 1_800_000_000_000
const market = (ticker: string, title = 'A question'): Market => ({
  market_ticker: ticker,
  event_ticker: 'E',
  title,
  sub_title: 'Yes',
  status: 'active',
  close_at_ms: null,
})

describe('MarketDirectory', () => {
  test('large trades are looked up first, the others in the order in which they came', () => {
    const directory = new MarketDirectory()
    for (const [ticker, urgent] of [
      ['a', false],
      ['b', false],
      ['c', true],
      ['d', false],
    ] as const) {
      expect(directory.want(ticker, urgent, now)).toBe('queued')
    }
    expect(directory.want('d', true, now)).toBe('waiting')
    expect([1, 2, 3, 4, 5].map(() => directory.next())).toEqual(['c', 'd', 'a', 'b', undefined])
    expect(directory.pending).toBe(4)
    expect(directory.want('a', true, now)).toBe('waiting')
  })

  test('what is known is not asked for', () => {
    const directory = new MarketDirectory()
    directory.want('a', false, now)
    expect(directory.learn(market('a'))).toBe(true)
    expect(directory.learn(market('a'))).toBe(false)
    expect(directory.learn(market('a', 'Another question'))).toBe(true)
    expect(directory.want('a', true, now)).toBe('known')
    expect(directory.next()).toBeUndefined()
    expect(directory.get('a')?.title).toBe('Another question')
  })

  test('an unknown ticker is left alone for a while, each time for longer', () => {
    const directory = new MarketDirectory()
    let at = now
    for (const waitMs of [5_000, 30_000, 600_000, 600_000]) {
      expect(directory.want('x', true, at)).toBe('queued')
      directory.next()
      directory.doubt('x', at)
      expect(directory.want('x', true, at + waitMs - 1)).toBe('doubted')
      at += waitMs
    }
    expect(directory.pending).toBe(0)
  })

  test('a look-up that failed comes back first', () => {
    const directory = new MarketDirectory()
    directory.want('a', false, now)
    directory.want('b', false, now)
    const first = directory.next() ?? ''
    directory.putBack(first)
    expect(directory.next()).toBe(first)
  })

  test('what waits is bounded; a large trade takes the place of a small one', () => {
    const directory = new MarketDirectory({ pending: 2 })
    expect(directory.want('a', false, now)).toBe('queued')
    expect(directory.want('b', true, now)).toBe('queued')
    expect(directory.want('c', false, now)).toBe('refused')
    expect(directory.want('d', true, now)).toBe('queued')
    expect(directory.want('e', true, now)).toBe('refused')
    expect([directory.next(), directory.next(), directory.next()]).toEqual(['b', 'd', undefined])
  })

  test('the markets kept are bounded; the least recently traded leaves', () => {
    const directory = new MarketDirectory({ markets: 2 })
    directory.learn(market('a'))
    directory.learn(market('b'))
    directory.want('a', false, now)
    directory.learn(market('c'))
    expect(directory.size).toBe(2)
    expect(directory.get('b')).toBeUndefined()
    expect(directory.get('a')).toBeDefined()
  })

  test('the doubts kept are bounded', () => {
    const directory = new MarketDirectory({ unknown: 1 })
    for (const ticker of ['x', 'y']) {
      directory.want(ticker, false, now)
      directory.next()
      directory.doubt(ticker, now)
    }
    expect(directory.want('y', false, now)).toBe('doubted')
    expect(directory.want('x', false, now)).toBe('queued')
  })
})
