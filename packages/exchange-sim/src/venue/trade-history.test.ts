import { describe, expect, test } from '@jest/globals'
import { type Trade, TradeHistory } from './trade-history.ts'

const everything: Parameters<TradeHistory['page']>[0] = {
  ticker: undefined,
  minMs: undefined,
  maxMs: undefined,
  isBlock: undefined,
  beforeNumber: undefined,
  limit: 10,
}

function trade(number: number, tsMs = number): Trade {
  return {
    number,
    id: `id-${number}`,
    ticker: number % 2 ? 'ODD' : 'EVEN',
    yesPriceE4: 5_000,
    countE2: 100,
    takerSide: 'yes',
    isBlock: number % 5 === 0,
    tsMs,
  }
}

function historyOf(count: number, bounds = { maxTrades: 1_000_000, windowMs: Infinity }): TradeHistory {
  const history = new TradeHistory(bounds)
  for (let number = 1; number <= count; number += 1) history.add(trade(number))
  return history
}

const numbers = (page: { trades: Trade[] }) => page.trades.map(({ number }) => number)

describe('trade history', () => {
  test('pages run from the newest to the oldest and do not shift when new trades come', () => {
    const history = historyOf(25)
    const first = history.page(everything)
    expect(numbers(first)).toEqual([25, 24, 23, 22, 21, 20, 19, 18, 17, 16])
    history.add(trade(26))
    const second = history.page({ ...everything, beforeNumber: 16 })
    expect(numbers(second)).toEqual([15, 14, 13, 12, 11, 10, 9, 8, 7, 6])
    const third = history.page({ ...everything, beforeNumber: 6 })
    expect([numbers(third), first.more, second.more, third.more]).toEqual([
      [5, 4, 3, 2, 1],
      true,
      true,
      false,
    ])
  })

  test.each([
    ['ticker', { ticker: 'ODD', limit: 3 }, [19, 17, 15]],
    ['from a time on', { minMs: 18 }, [20, 19, 18]],
    ['up to a time', { maxMs: 3 }, [3, 2, 1]],
    ['between times', { minMs: 4, maxMs: 6 }, [6, 5, 4]],
    ['blocks', { isBlock: true }, [20, 15, 10, 5]],
    ['a cursor older than all', { beforeNumber: 1 }, []],
  ])('filters by %s', (_note, query, expected) => {
    expect(numbers(historyOf(20).page({ ...everything, ...query }))).toEqual(expected)
  })

  test('is bounded in number and in age, and pages go on after trades were dropped', () => {
    const counted = historyOf(20_000, { maxTrades: 5_000, windowMs: Infinity })
    expect(counted.size).toBeLessThanOrEqual(5_000 + 4_096)
    expect(numbers(counted.page({ ...everything, limit: 2 }))).toEqual([20_000, 19_999])
    expect(numbers(counted.page({ ...everything, beforeNumber: 19_000, limit: 2 }))).toEqual([18_999, 18_998])
    const aged = historyOf(20_000, { maxTrades: 1_000_000, windowMs: 1_000 })
    expect(aged.size).toBeLessThanOrEqual(1_001 + 4_096)
  })
})
