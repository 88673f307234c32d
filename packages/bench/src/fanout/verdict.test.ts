import { describe, expect, test } from '@jest/globals'
import type { Held } from './measure-subject.ts'
import { brokenClaims, judge } from './verdict.ts'

const options = { stall: { clients: 100 } }
const nothing = { samples: [], held: [], idle: [], stalls: [], options }
const held = (subject: string, ...rates: number[]): Held[] =>
  rates.map((rate, at) => ({ round: at + 1, subject, rate }))
const stall = {
  round: 1,
  subject: 'ws-broadcast',
  rate: 1,
  stalledClients: 100,
  p99BeforeMs: 10,
  p99Ms: 14,
  healthyLost: 0,
  healthyClosed: 0,
  extraBytes: 110 * 2 ** 20,
  stalled: { messages: 0, closed: {} },
}
const find = (claims: ReturnType<typeof judge>, part: string) =>
  claims.find(({ text }) => text.includes(part))

describe('the verdict', () => {
  test('on what was not measured is that it was not', () => {
    const claims = judge(nothing)
    expect(new Set(claims.map(({ verdict }) => verdict))).toEqual(new Set(['not measured']))
    expect(brokenClaims(claims)).toEqual([])
  })

  test('is that of the median of the rounds', () => {
    const rates = [...held('ws-broadcast', 100, 80, 90), ...held('uws', 100, 100, 100)]
    const claims = judge({ ...nothing, held: [...rates, ...held('socket.io', 10, 10, 10)] })
    expect(find(claims, 'one channel, p99 < 50 ms: × uWeb')).toMatchObject({
      measured: { median: 0.9, min: 0.8, max: 1, count: 3 },
      verdict: 'holds',
    })
    expect(find(claims, 'one channel, p99 < 50 ms: × Socket.IO')).toMatchObject({ verdict: 'broken' })
    expect(brokenClaims(claims)).toEqual([
      'highest rate on one channel, p99 < 50 ms: × Socket.IO: 9.00, promised ≥ 10',
    ])
  })

  test('on stalled readers is that of ws-broadcast alone', () => {
    const claims = judge({ ...nothing, stalls: [stall, { ...stall, subject: 'uws', p99Ms: 1_000 }] })
    expect(find(claims, 'p99 of the others')).toMatchObject({ measured: { median: 1.4 }, verdict: 'holds' })
    expect(find(claims, 'extra memory')).toMatchObject({ measured: { median: 1.1 }, verdict: 'holds' })
    const worse = judge({ ...nothing, stalls: [{ ...stall, healthyLost: 1 }] })
    expect(find(worse, 'that the others lost')).toMatchObject({ verdict: 'broken' })
  })

  test('compares no CPU of a server that did not deliver', () => {
    const sample = {
      round: 1,
      shape: 'many',
      rate: 500_000,
      seconds: 1,
      delivered: 500_000,
      lost: 0,
      closed: {},
      p50Ms: 1,
      p99Ms: 1,
      cpuMicrosPerDelivery: 2,
      cpuPercent: 1,
      loaderPercent: 1,
      otherCpuPercent: 0,
      rssBytes: 1,
      feedLateMs: 0,
      faults: [],
    } as const
    const both = (delivered: number) =>
      judge({
        ...nothing,
        samples: [
          { ...sample, subject: 'ws-broadcast' },
          { ...sample, subject: 'uws', delivered },
        ],
      })
    expect(find(both(500_000), '500 k/s, window 0')).toMatchObject({ measured: { median: 1 } })
    expect(find(both(400_000), '500 k/s, window 0')).toMatchObject({ verdict: 'not measured' })
    const late = judge({
      ...nothing,
      samples: [
        { ...sample, subject: 'ws-broadcast', faults: ['p99 90 ms'] },
        { ...sample, subject: 'uws' },
      ],
    })
    expect(find(late, '500 k/s, window 0')).toMatchObject({ verdict: 'broken' })
  })
})
