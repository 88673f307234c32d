import { describe, expect, test } from '@jest/globals'
import { activity, transition } from '../testing/samples.ts'
import { activityLines, onActivities } from './activity-log.ts'

describe('the activity log', () => {
  test('each activity stands once, whether replayed or told live, before or after', () => {
    const replayed = onActivities([], [transition('ready')], true)
    expect(onActivities(replayed, [transition('ready')], false)).toBe(replayed)
    expect(onActivities(replayed, [transition('ready')], true)).toBe(replayed)
    expect(replayed.map((line) => line.replayed)).toEqual([true])
  })

  test('is ordered by time, also when history comes after live lines', () => {
    const live = onActivities([], [activity({ activity_id: 'new', timestamp_ms: 9 })], false)
    const both = onActivities(live, [activity({ activity_id: 'old', timestamp_ms: 1 })], true)
    expect(both.map((line) => line.activity_id)).toEqual(['old', 'new'])
  })

  test('forgets the oldest', () => {
    const many = Array.from({ length: activityLines + 5 }, (_, index) =>
      activity({ activity_id: `a${index}`, timestamp_ms: index }),
    )
    const lines = onActivities([], many, false)
    expect([lines.length, lines[0]?.activity_id]).toEqual([activityLines, 'a5'])
  })

  test.each([
    { note: 'a stated severity', given: activity({ metadata: { severity: 'error' } }), level: 'error' },
    { note: 'degraded', given: activity({ activity_type: 'degraded' }), level: 'warning' },
    { note: 'recovered', given: activity({ activity_type: 'recovered' }), level: 'success' },
    { note: 'a handler that failed', given: activity({ activity_type: 'handler_error' }), level: 'error' },
    { note: 'a transition to ready', given: transition('ready'), level: 'success' },
    { note: 'a transition to error', given: transition('error'), level: 'error' },
    { note: 'any other transition', given: transition('initializing'), level: 'info' },
    { note: 'an operation', given: activity(), level: 'info' },
  ])('$note is $level', ({ given, level }) => {
    expect(onActivities([], [given], false)[0]?.level).toBe(level)
  })
})
