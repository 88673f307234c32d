import { expect, test } from '@jest/globals'
import { HotMarkets } from './hot-markets.ts'

const wanted = (hot: HotMarkets, nowMs: number) => [...hot.wanted(nowMs)]

test('markets stay for a while after their last reason went', () => {
  const hot = new HotMarkets({ lingerMs: 1_000 })
  hot.replace('whales', ['A', 'B'], 0)
  expect(wanted(hot, 0)).toEqual(['A', 'B'])
  hot.replace('whales', ['B'], 500)
  expect(wanted(hot, 1_500)).toEqual(['B', 'A'])
  expect(wanted(hot, 1_501)).toEqual(['B'])
  hot.replace('whales', [], 2_000)
  expect(wanted(hot, 3_001)).toEqual([])
})

test('where there is no room the stronger reason wins, and markets that lost theirs go first', () => {
  const hot = new HotMarkets({ max: 3 })
  hot.replace('whales', ['W1', 'W2', 'W3'], 0)
  expect(wanted(hot, 0)).toEqual(['W1', 'W2', 'W3'])
  hot.replace('account', ['A1', 'A2'], 1)
  expect(wanted(hot, 1)).toEqual(['A1', 'A2', 'W1'])
  expect(hot.refused).toBe(2)
  hot.replace('configured', ['C'], 2)
  hot.replace('whales', [], 2)
  hot.replace('account', ['A2'], 3)
  expect(wanted(hot, 4)).toEqual(['C', 'A2', 'A1'])
  expect(hot.refused).toBe(0)
})
