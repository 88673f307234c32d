import { expect, test } from '@jest/globals'
import { topSelfTimes } from './self-time.ts'

const node = (id: number, functionName: string, url = '') => ({
  id,
  callFrame: { functionName, url, lineNumber: 9 },
})

test('self times are added up by function, without what is idle', () => {
  const profile = {
    nodes: [
      node(1, '(idle)'),
      node(2, 'parse', 'file:///a/b/c/d.js'),
      node(3, ''),
      node(4, 'parse', 'file:///a/b/c/d.js'),
    ],
    samples: [1, 2, 3, 4, 1, 3],
    timeDeltas: [900, 1_000, 500, 2_000, 5_000, 500],
  }
  expect(topSelfTimes(profile, 5)).toEqual([
    { at: 'parse b/c/d.js:10', selfMs: 3, percent: 75 },
    { at: '(anonymous)', selfMs: 1, percent: 25 },
  ])
  expect(topSelfTimes(profile, 1)).toHaveLength(1)
})
