import { expect, test } from '@jest/globals'
import { RollingVolume } from './rolling-volume.ts'

const hour = 3_600_000

test('volume is forgotten after a day, hour by hour', () => {
  const volume = new RollingVolume(2_400)
  const start = 1_000 * hour
  volume.add(50, start)
  expect(volume.total(start + hour - 1)).toBe(2_450)
  expect(volume.total(start + hour)).toBe(2_350)
  expect(volume.total(start + 23 * hour)).toBe(150)
  expect(volume.total(start + 24 * hour)).toBe(0)
  volume.add(7, start + 500 * hour)
  expect(volume.total(start + 500 * hour)).toBe(7)
  expect(volume.total(start + 900 * hour)).toBe(0)
})
