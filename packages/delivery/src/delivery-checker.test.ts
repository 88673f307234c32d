import { describe, expect, test } from '@jest/globals'
import { DeliveryChecker, type CheckerOptions } from './delivery-checker.ts'
import { digestOf } from './digest.ts'
import type { HistoryEvent } from './history.ts'

const channel = 'whales'
const client = 'c'
const offered = (id: string): HistoryEvent => ({ type: 'offered', channel, id })
const acknowledged = (id: string, offset: number, epoch = 1): HistoryEvent => ({
  type: 'acknowledged',
  channel,
  id,
  epoch,
  offset,
})
const entry = (id: string, offset: number, epoch = 1): HistoryEvent => ({
  type: 'entry',
  client,
  channel,
  id,
  epoch,
  offset,
})
const gap = (from: number, to: number, epoch = 1): HistoryEvent => ({
  type: 'gap',
  client,
  channel,
  epoch,
  from,
  to,
})
const proved = (offset: number, epoch = 1): HistoryEvent => ({
  type: 'proved',
  client,
  channel,
  epoch,
  offset,
})
const listens: HistoryEvent = { type: 'listens', client, channel, from: { epoch: 0, offset: 0 } }
const published = (...ids: readonly string[]) =>
  ids.flatMap((id, at) => [offered(id), acknowledged(id, at + 1)])

function judge(events: readonly HistoryEvent[], options?: CheckerOptions) {
  const checker = new DeliveryChecker(options)
  for (const event of events) checker.take(event)
  return checker.finish()
}

describe('a log', () => {
  test.each<[string, readonly HistoryEvent[], object]>([
    [
      'delivered but never acknowledged is fine',
      [listens, offered('a'), entry('a', 1)],
      { holds: true, acknowledged: 0, seen: 1 },
    ],
    [
      'offered and never landed is fine',
      [listens, offered('a'), ...published('b'), entry('b', 1)],
      { holds: true, offered: 2, acknowledged: 1 },
    ],
    [
      'acknowledged after it was passed over is lost',
      [listens, offered('a'), offered('b'), entry('b', 2), acknowledged('a', 1)],
      { faults: { lost: 1 } },
    ],
    [
      'passed over because it was told as missing is stated, also when it is acknowledged later',
      [listens, offered('a'), offered('b'), gap(1, 1), entry('b', 2), acknowledged('a', 1)],
      { holds: true, stated: 1, gaps: 1 },
    ],
    [
      'a gap that is told after the next entry comes too late',
      [listens, ...published('a', 'b'), entry('b', 2), gap(1, 1)],
      { faults: { lost: 1 } },
    ],
    [
      'a position that is claimed without what lies before it is a loss',
      [listens, ...published('a'), proved(1)],
      { faults: { lost: 1 } },
    ],
    [
      'what is told as missing and comes all the same comes out of order',
      [listens, ...published('a'), gap(1, 1), entry('a', 1)],
      { faults: { disorder: 1 } },
    ],
    ['nothing at all came', [listens, ...published('a', 'b')], { faults: { lost: 2 } }],
    [
      'what came before it listened is not owed, and may be shown',
      [
        ...published('a', 'b', 'c'),
        { type: 'listens', client, channel, from: { epoch: 1, offset: 3 } },
        entry('b', 2),
        entry('c', 3),
      ],
      { holds: true, seen: 2 },
    ],
    [
      'but not with a hole in what is owed',
      [
        ...published('a', 'b', 'c'),
        { type: 'listens', client, channel, from: { epoch: 1, offset: 1 } },
        entry('c', 3),
      ],
      { faults: { lost: 1 } },
    ],
    [
      'without a place to start from, everything after the first entry is owed',
      [{ type: 'listens', client, channel }, ...published('a', 'b', 'c'), entry('b', 2)],
      { faults: { lost: 1 } },
    ],
    [
      'nothing is owed to who left',
      [listens, ...published('a'), { type: 'leaves', client, channel }],
      { holds: true },
    ],
    [
      'what comes after that is misdirected',
      [listens, ...published('a'), { type: 'leaves', client, channel }, entry('a', 1)],
      { faults: { misdirected: 1 } },
    ],
    [
      'a log that begins anew and goes on counting is fine',
      [listens, ...published('a'), entry('a', 1), offered('b'), acknowledged('b', 2, 2), entry('b', 2, 2)],
      { holds: true },
    ],
    [
      'the end of an epoch that did not come is lost',
      [listens, ...published('a', 'b'), entry('a', 1), offered('c'), entry('c', 1, 2)],
      { faults: { lost: 1 } },
    ],
    [
      'or stated, where the client was told that the log began anew',
      [listens, ...published('a', 'b'), entry('a', 1), offered('c'), gap(1, 0, 2), entry('c', 1, 2)],
      { holds: true, stated: 1 },
    ],
    [
      'an epoch that nobody was shown is lost',
      [listens, ...published('a'), entry('a', 1), offered('b'), acknowledged('b', 1, 2)],
      { faults: { lost: 1 } },
    ],
    [
      'nor may one be left out between two others, however late it becomes known',
      [
        listens,
        ...published('a'),
        entry('a', 1),
        offered('b'),
        offered('c'),
        entry('c', 3, 3),
        acknowledged('b', 2, 2),
      ],
      { faults: { lost: 1 } },
    ],
    [
      'an epoch that is over does not come again',
      [listens, ...published('a', 'b'), entry('a', 1), offered('c'), entry('c', 3, 2), entry('b', 2)],
      { faults: { disorder: 1 } },
    ],
    [
      'the same entry in two places is misplaced',
      [listens, offered('a'), acknowledged('a', 1), acknowledged('a', 2)],
      { faults: { misplaced: 1 } },
    ],
  ])('%s', (_note, events, expected) => {
    const verdict = judge(events)
    expect(verdict).toMatchObject(expected)
    expect(verdict.holds).toBe(Object.values(verdict.faults).every((count) => count === 0))
  })

  test('a fault is told in words that lead to it', () => {
    const { examples } = judge([listens, ...published('a', 'b'), entry('b', 2)])
    expect(examples).toEqual(['lost: c: whales 1:1 a'])
  })
})

describe('memory', () => {
  test('is bounded by the window, however long the history', () => {
    const checker = new DeliveryChecker({ window: 1_000 })
    checker.take(listens)
    let most = 0
    for (let at = 1; at <= 50_000; at += 1) {
      for (const event of [offered(`e${at}`), acknowledged(`e${at}`, at), entry(`e${at}`, at)])
        checker.take(event)
      most = Math.max(most, checker.size)
    }
    expect(most).toBeLessThanOrEqual(2_000)
    expect(checker.finish()).toMatchObject({ holds: true, seen: 50_000, acknowledged: 50_000 })
  })

  test('a client so far behind that its entries are forgotten is not judged, and that is a fault', () => {
    const ids = Array.from({ length: 30 }, (_, at) => `e${at}`)
    const verdict = judge([listens, ...published(...ids), entry('e29', 30)], { window: 10 })
    expect(verdict.faults).toMatchObject({ unjudged: 1, lost: 9 })
  })
})

describe('a latest channel', () => {
  const state = { channel: 'state' }
  const put = (version: number, digest: string): HistoryEvent[] => [
    { type: 'put', ...state, version, digest },
    { type: 'put_acknowledged', ...state, version },
  ]
  const value = (version: number, digest: string): HistoryEvent => ({
    type: 'value',
    ...state,
    client,
    version,
    digest,
  })
  const looks: HistoryEvent = { type: 'listens', ...state, client }

  test.each<[string, readonly HistoryEvent[], object]>([
    ['steps may be left out', [...put(1, 'a'), ...put(2, 'b'), value(2, 'b')], { holds: true, values: 1 }],
    ['the same value may be shown again', [...put(1, 'a'), value(1, 'a'), value(1, 'a')], { holds: true }],
    [
      'another value under the same version is wrong',
      [...put(1, 'a'), value(1, 'b')],
      { faults: { wrong_value: 1 } },
    ],
    ['the newest has to come', [...put(1, 'a'), value(1, 'a'), ...put(2, 'b')], { faults: { stale: 1 } }],
    [
      'a value that was put and not taken need not come',
      [...put(1, 'a'), value(1, 'a'), { type: 'put', ...state, version: 2, digest: 'b' }],
      { holds: true },
    ],
    [
      'who left need not see it',
      [...put(1, 'a'), { type: 'leaves', ...state, client }, ...put(2, 'b')],
      { holds: true },
    ],
  ])('%s', (_note, events, expected) => {
    expect(judge([looks, ...events], { latest: ['state'] })).toMatchObject(expected)
  })

  test('digests tell values apart and do not care for the order of keys', () => {
    expect(digestOf({ a: 1, b: [{ c: 2, d: null }] })).toBe(digestOf({ b: [{ d: null, c: 2 }], a: 1 }))
    expect(digestOf({ a: [1, 2] })).not.toBe(digestOf({ a: [2, 1] }))
    expect(digestOf({ a: 1 })).not.toBe(digestOf({ a: '1' }))
  })
})
