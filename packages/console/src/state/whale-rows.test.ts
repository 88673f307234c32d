import { describe, expect, test } from '@jest/globals'
import { entry, nowMs, whaleQueue } from '../testing/samples.ts'
import { onWhaleQueue, rowsDueAtMs, settleRows, type WhaleRow } from './whale-rows.ts'

const at = (ms: number) => nowMs + ms
const big = entry({ whale_id: 'big', whale_size_dollars: 9_000 })
const small = entry({ whale_id: 'small', whale_size_dollars: 100 })
const told = (rows: readonly WhaleRow[]) => rows.map((row) => `${row.entry.whale_id} ${row.phase}`)

describe('the rows of the queue', () => {
  const both = onWhaleQueue([], whaleQueue([big, small]), at(0))

  test('what leaves at once is shown for three seconds, fades for half a second, and is gone', () => {
    const left = onWhaleQueue(both, whaleQueue([small]), at(100))
    expect(told(left)).toEqual(['big held', 'small queued'])
    expect(rowsDueAtMs(left)).toBe(at(3_000))
    expect(settleRows(left, at(2_999))).toBe(left)
    const fading = settleRows(left, at(3_000))
    expect(told(fading)).toEqual(['big fading', 'small queued'])
    expect(rowsDueAtMs(fading)).toBe(at(3_500))
    expect(told(settleRows(fading, at(3_499)))).toEqual(['big fading', 'small queued'])
    expect(told(settleRows(fading, at(3_500)))).toEqual(['small queued'])
  })

  test('what was there for long enough begins to fade when it leaves', () => {
    const left = onWhaleQueue(both, whaleQueue([small]), at(10_000))
    expect(told(left)).toEqual(['big fading', 'small queued'])
    expect(rowsDueAtMs(left)).toBe(at(10_500))
  })

  test('a queue told again while a row leaves does not keep it longer, and one that comes back stays', () => {
    const left = onWhaleQueue(both, whaleQueue([small]), at(100))
    expect(rowsDueAtMs(onWhaleQueue(left, whaleQueue([small]), at(1_000)))).toBe(at(3_000))
    const back = onWhaleQueue(left, whaleQueue([big, small]), at(1_000))
    expect(told(back)).toEqual(['big queued', 'small queued'])
    expect(rowsDueAtMs(back)).toBe(Infinity)
  })

  test('however fast the queue turns over, at most as many leave as it holds', () => {
    const crowd = (from: number) => [0, 1].map((each) => entry({ whale_id: `w${from + each}` }))
    let rows: readonly WhaleRow[] = []
    for (let n = 0; n < 20; n += 2)
      rows = onWhaleQueue(rows, whaleQueue(crowd(n), { max_queue_size: 2 }), at(n))
    expect(rows).toHaveLength(4)
  })
})
