import { describe, expect, test } from '@jest/globals'
import { MarketFilter } from './market-filter.ts'

const set = (...tickers: string[]) => new Set(tickers)

function begun(...tickers: string[]): MarketFilter {
  const filter = new MarketFilter()
  filter.begin(tickers)
  return filter
}

describe('MarketFilter', () => {
  test('adds first, then drops, one change at a time', () => {
    const filter = begun('A', 'B')
    const add = filter.next(set('B', 'C'), 0)
    expect(add).toEqual({ action: 'add_markets', tickers: ['C'] })
    filter.asked(7, add!, 0)
    expect(filter.next(set('B', 'C'), 1)).toBeUndefined()
    expect(filter.answered(8, null)).toBe(false)
    expect(filter.answered(7, ['A', 'B', 'C'])).toBe(true)
    const drop = filter.next(set('B', 'C'), 2)
    expect(drop).toEqual({ action: 'delete_markets', tickers: ['A'] })
    filter.asked(8, drop!, 2)
    // An answer without the list.
    filter.answered(8, null)
    expect(filter.markets).toEqual(set('B', 'C'))
    expect(filter.next(set('B', 'C'), 3)).toBeUndefined()
  })

  test('the last market stays, since a subscription to none may be one to all', () => {
    const filter = begun('A', 'B')
    const drop = filter.next(set(), 0)
    expect(drop).toEqual({ action: 'delete_markets', tickers: ['A'] })
    filter.asked(1, drop!, 0)
    filter.answered(1, ['B'])
    expect(filter.next(set(), 1)).toBeUndefined()
    expect(filter.next(set('C'), 1)?.action).toBe('add_markets')
  })

  test('a refusal is followed by rest, silence by another attempt', () => {
    const filter = begun('A')
    const step = filter.next(set('A', 'B'), 0)
    filter.asked(1, step!, 0)
    expect(filter.refused(2, 0)).toBe(false)
    expect(filter.refused(1, 0)).toBe(true)
    expect(filter.next(set('A', 'B'), 29_999)).toBeUndefined()
    filter.asked(2, filter.next(set('A', 'B'), 30_000)!, 30_000)
    expect(filter.next(set('A', 'B'), 39_999)).toBeUndefined()
    expect(filter.next(set('A', 'B'), 40_000)).toEqual(step)
  })

  test('many markets are added in batches', () => {
    const many = new Set(Array.from({ length: 700 }, (_, n) => `M${n}`))
    expect(begun().next(many, 0)?.tickers).toHaveLength(500)
  })
})
