import { expect, test } from '@jest/globals'
import { memoryOf } from './memory.ts'

const mb = 2 ** 20
const use = (name: string, ...values: readonly number[]) => ({
  name,
  cpuPercent: 1,
  cpuSeconds: 1,
  rss: values.map((value, n) => ({ atMs: n * 1_000, value: value * mb })),
})

const flatness = (...values: readonly number[]) => memoryOf([use('a', ...values)], [])[0]?.flat

test.each([
  { note: 'a sawtooth', values: [200, 300, 200, 300, 200, 300, 200, 300, 200], flat: true },
  { note: 'one high water at the end', values: [200, 200, 200, 200, 200, 200, 200, 200, 400], flat: true },
  { note: 'within the tolerance', values: [200, 200, 200, 205, 205, 205, 215, 215, 215], flat: true },
  { note: 'a leak', values: [200, 210, 220, 230, 240, 250, 260, 270, 280], flat: false },
  { note: 'a step that stays', values: [200, 200, 200, 200, 200, 300, 300, 300, 300], flat: false },
])('$note is told from growth', ({ values, flat }) => {
  expect(flatness(...values)).toBe(flat)
})

test('each process is set against its own highest before', () => {
  const before = [[use('a', 150, 300), use('b', 100)], [use('a', 200)]]
  const [a, b] = memoryOf([use('a', 200, 260, 320), use('b', 100, 110, 120)], before)
  expect(a).toMatchObject({ highestBefore: 300 * mb, first: 200 * mb, last: 320 * mb, highest: 320 * mb })
  expect(a?.bytesPerSecond).toBeCloseTo(60 * mb)
  expect(b).toMatchObject({ highestBefore: 100 * mb, highest: 120 * mb })
})
