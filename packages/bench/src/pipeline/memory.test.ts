import { expect, test } from '@jest/globals'
import { memoryOf } from './memory.ts'

const mb = 2 ** 20
const use = (name: string, ...values: readonly number[]) => ({
  name,
  cpuPercent: 1,
  cpuSeconds: 1,
  rss: values.map((value, n) => ({ atMs: n * 1_000, value: value * mb })),
})

test('memory is flat as long as its high water is the earlier one, whatever it does below', () => {
  const before = [[use('a', 150, 300), use('b', 100)], [use('a', 200)]]
  const soak = [use('a', 200, 260, 320), use('b', 100, 110, 120), use('c', 50, 60)]
  const [a, b, c] = memoryOf(soak, before)
  expect(a).toMatchObject({ highestBefore: 300 * mb, first: 200 * mb, last: 320 * mb, flat: true })
  expect(a?.bytesPerSecond).toBeCloseTo(60 * mb)
  expect(b).toMatchObject({ highestBefore: 100 * mb, highest: 120 * mb, flat: false })
  expect(c).toMatchObject({ highestBefore: 50 * mb, flat: true })
})
