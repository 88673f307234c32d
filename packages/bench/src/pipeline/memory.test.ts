import { expect, test } from '@jest/globals'
import { memoryOf } from './memory.ts'

const mb = 2 ** 20
const use = (name: string, ...values: readonly number[]) => ({
  name,
  cpuPercent: 1,
  cpuSeconds: 1,
  rss: values.map((value, n) => ({ atMs: n * 1_000, value: value * mb })),
})

const flatness = (before: number, ...values: readonly number[]) =>
  memoryOf([use('a', ...values)], [[use('a', before)]])[0]?.flat

test.each([
  {
    note: 'a sawtooth below the highest before',
    before: 300,
    values: [200, 300, 200, 300, 200, 300],
    flat: true,
  },
  { note: 'a high water above it', before: 200, values: [200, 200, 200, 200, 200, 260], flat: false },
  { note: 'both within their tolerance', before: 200, values: [200, 200, 205, 205, 215, 215], flat: true },
  {
    note: 'a leak below the highest before',
    before: 400,
    values: [200, 220, 240, 260, 280, 300],
    flat: false,
  },
  { note: 'a step that stays', before: 400, values: [200, 200, 200, 300, 300, 300], flat: false },
])('$note', ({ before, values, flat }) => {
  expect(flatness(before, ...values)).toBe(flat)
})

test('each process is set against its own highest before', () => {
  const before = [[use('a', 150, 300), use('b', 100)], [use('a', 200)]]
  const [a, b] = memoryOf([use('a', 200, 260, 320), use('b', 100, 110, 120)], before)
  expect(a).toMatchObject({ highestBefore: 300 * mb, first: 200 * mb, last: 320 * mb, highest: 320 * mb })
  expect(a?.bytesPerSecond).toBeCloseTo(60 * mb)
  expect(b).toMatchObject({ highestBefore: 100 * mb, highest: 120 * mb })
})
