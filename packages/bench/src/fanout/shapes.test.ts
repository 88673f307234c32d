import { expect, test } from '@jest/globals'
import { channelsOf, fanOutOf, tickers } from './shapes.ts'

test.each([100, 200, 1_000])(
  'of %p clients each market has as many listeners as the fan-out says',
  (clients) => {
    const channels = channelsOf('many', clients)
    const listeners = new Map<string, number>()
    for (const name of channels.flat()) listeners.set(name, (listeners.get(name) ?? 0) + 1)
    expect(listeners.size).toBe(tickers.length)
    expect(new Set(listeners.values())).toEqual(new Set([fanOutOf('many', clients)]))
    expect(channels.every((own) => new Set(own).size === 10)).toBe(true)
  },
)

test('a thousand clients of many channels are a thousand different streams', () => {
  const streams = channelsOf('many', 1_000).map((own) => own.toSorted().join())
  expect(new Set(streams).size).toBeGreaterThan(950)
})

test('on one channel a message goes to everybody', () => {
  expect(channelsOf('single', 3)).toEqual([['tape'], ['tape'], ['tape']])
  expect(fanOutOf('single', 700)).toBe(700)
})
