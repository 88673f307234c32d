import { expect, test } from '@jest/globals'
import { connectedLink, nowMs } from '../testing/samples.ts'
import { newLink, onLinkState, onMissed, onSample, sampleCount, type Link } from './link.ts'

const { stats } = connectedLink()
if (stats === null) throw new Error('the sample has counters')

const sample = (link: Link, second: number, frames: number, trades: number) =>
  onSample(link, { stats: { ...stats, frames }, trades, atMs: nowMs + second * 1_000 })

test('rates are what was added since the last sample, by the time that really passed', () => {
  const link = sample(sample(newLink, 0, 100, 40), 2, 150, 60)
  expect([link.frameRates, link.tradeRates]).toEqual([[25], [10]])
})

test('the first sample has no rate, and two at the same moment have none', () => {
  const first = sample(newLink, 0, 100, 40)
  expect([first.frameRates, sample(first, 0, 200, 80).frameRates]).toEqual([[], []])
})

test('snapshots after the greeting are no rate', () => {
  const greeted = onLinkState(sample(newLink, 0, 0, 0), connectedLink().state)
  expect(sample(sample(greeted, 1, 100, 50), 2, 110, 55).frameRates).toEqual([10])
})

test('the chart keeps the last minute', () => {
  let link: Link = newLink
  for (let second = 0; second < 100; second += 1) link = sample(link, second, second * 5, second)
  expect(link.frameRates).toHaveLength(sampleCount)
})

test('the greeting tells how far the clocks are apart', () => {
  const { state } = connectedLink()
  if (state.type !== 'connected') throw new Error('the sample is connected')
  expect(onLinkState(newLink, { ...state, sinceMs: nowMs }).clockAheadMs).toBe(8_000)
})

test('only the newest holes are listed', () => {
  const hole = (from: number) => ({ channel: 'whales', epoch: 1, from, to: from, reason: 'sequence' })
  const link = [1, 2, 3, 4, 5, 6].map(hole).reduce(onMissed, newLink)
  expect(link.missed.map((missed) => missed.from)).toEqual([6, 5, 4, 3, 2])
})
