import { describe, expect, test } from '@jest/globals'
import { ticks, untilAborted } from './time.ts'

describe('ticks', () => {
  test('come until the signal aborts, which ends them quietly', async () => {
    const stop = new AbortController()
    let count = 0
    for await (const nowMs of ticks(1, { signal: stop.signal })) {
      expect(Math.abs(Date.now() - nowMs)).toBeLessThan(1_000)
      if (++count === 3) stop.abort()
    }
    expect(count).toBe(3)
  })

  test('are skipped, not piled up, for a consumer that is late', async () => {
    const stop = new AbortController()
    let nowMs = 0
    const due: number[] = []
    const clock = () => nowMs
    const iteration = ticks(10, { signal: stop.signal, now: clock })
    for (const advance of [10, 35, 1]) {
      const next = iteration.next()
      nowMs += advance
      due.push((await next).value ?? -1)
    }
    stop.abort()
    expect((await iteration.next()).done).toBe(true)
    expect(due).toEqual([10, 45, 46])
  })

  test('never come when the signal has aborted already', async () => {
    expect((await ticks(1, { signal: AbortSignal.abort() }).next()).done).toBe(true)
  })
})

test('untilAborted resolves on abort, also on one that lies in the past', async () => {
  await untilAborted(AbortSignal.abort())
  const stop = new AbortController()
  const waiting = untilAborted(stop.signal)
  stop.abort()
  await waiting
})
