import { expect, test } from '@jest/globals'
import { peakIn } from './peak.ts'

test.each<[string, readonly number[], number]>([
  ['nothing', [], 0],
  ['all at once', [5, 5, 5], 3],
  ['a stretch is open at its end', [0, 100, 200], 1],
  ['wherever the stretch begins, in any order', [450, 10, 90, 60, 400, 120, 95], 4],
])('the peak of %s', (_note, moments, peak) => {
  expect(peakIn(moments, 100)).toBe(peak)
})
