import { expect, test } from '@jest/globals'
import { parseBusy } from './machine-usage.ts'

test('busy is what processes ran, here and next door', () => {
  expect(parseBusy('cpu  100 10 200 5000 7000 3000 4000 90 9 9\ncpu0 1 2 3 4\n')).toBe(4)
})
