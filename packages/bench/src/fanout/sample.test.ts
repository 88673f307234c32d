import { expect, test } from '@jest/globals'
import { faultsOf } from './sample.ts'

const held = {
  round: 1,
  subject: 'x',
  shape: 'single',
  rate: 1_000,
  seconds: 2,
  delivered: 2_000,
  lost: 0,
  closed: {},
  p50Ms: 1,
  p99Ms: 49,
  cpuMicrosPerDelivery: 1,
  cpuPercent: 50,
  loaderPercent: 50,
  otherCpuPercent: 5,
  rssBytes: 1,
  feedLateMs: 1,
} as const

test.each([
  { note: 'what is held', over: {}, expected: [] },
  { note: 'a slow message in a hundred', over: { p99Ms: 50 }, expected: ['p99 50 ms'] },
  {
    note: 'nothing at all',
    over: { delivered: 0, p99Ms: undefined },
    expected: ['0/s delivered', 'p99 ? ms'],
  },
  { note: 'a loss', over: { lost: 1 }, expected: ['1 lost'] },
  { note: 'a closed client', over: { closed: { '4408': 2 } }, expected: ['2 clients closed (4408)'] },
  {
    note: 'a rate that was not made',
    over: { feedLateMs: 500, loaderPercent: 99 },
    expected: ['the feed was 500 ms late', 'the loader was at its limit'],
  },
  {
    note: 'a window in which much else ran',
    over: { p99Ms: 80, otherCpuPercent: 120 },
    expected: ['p99 80 ms', 'others used 120 % of a core'],
  },
  { note: 'a busy loader that kept up', over: { loaderPercent: 99 }, expected: [] },
])('$note', ({ over, expected }) => {
  expect(faultsOf({ ...held, ...over })).toEqual(expected)
})
