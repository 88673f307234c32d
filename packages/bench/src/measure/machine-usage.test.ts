import { expect, test } from '@jest/globals'
import { parseBusy } from './machine-usage.ts'

test('busy is everything but idle and waiting for disks', () => {
  expect(parseBusy('cpu  100 10 200 5000 7000 3 4 83 9 9\ncpu0 1 2 3 4\n')).toBe(4)
})
