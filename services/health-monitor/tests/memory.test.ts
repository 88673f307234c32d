import { expect, test } from '@jest/globals'
import { memoryOfADay } from '@whalecast/testkit'
import { Monitor } from '../src/domain/monitor.ts'
import { resume } from '../src/domain/resume.ts'
import { epochMs, makeBeats } from '../src/testing/beats.ts'

test('a day of ailments, errors and restarts takes no more memory than its first hours', () => {
  const monitor = new Monitor(resume(undefined, [], epochMs), epochMs)
  const seen = { activities: 0, transitions: 0 }
  const grew = memoryOfADay((second) => {
    const nowMs = epochMs + second * 1_000
    // Every process is another one each ten minutes.
    const beats = makeBeats(
      nowMs,
      { trade_feed: second % 100 < 20 ? 'degraded' : 'healthy' },
      second % 1_000 < 10 ? ['ws-broadcast'] : [],
    ).map((beat) => ({ ...beat, instance: `${beat.service}-${Math.floor(second / 600)}` }))
    const look = monitor.onLook(beats, nowMs)
    seen.activities += look.activities.length
    seen.transitions += look.transitions.length
  })
  expect(seen.transitions).toBeGreaterThan(150)
  expect(seen.activities).toBeGreaterThan(1_500)
  expect(monitor.history).toHaveLength(50)
  // Bytes an hour; the activities of an hour alone would be more than that.
  expect(grew).toBeLessThan(12_000)
}, 120_000)
