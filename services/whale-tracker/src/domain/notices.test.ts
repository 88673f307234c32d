import { describe, expect, test } from '@jest/globals'
import { systemActivitySchema } from '@whalecast/events'
import { Notices } from './notices.ts'

const buried = { type: 'dead_letter', source: 'trades-0', reason: 'failed 5 times' } as const
const failed = {
  type: 'handler_error',
  channel: 'trades-0',
  owner: 'consumer',
  error: new Error('boom'),
} as const

describe('notices of the bus', () => {
  test.each([
    {
      notice: buried,
      type: 'dead_letter',
      message: 'something of trades-0 could not be handled and was put aside: failed 5 times',
    },
    { notice: failed, type: 'handler_error', message: 'handling trades-0 failed and is tried again: boom' },
  ])('$type is told', ({ notice, type, message }) => {
    const activity = new Notices('tracker-1').toActivity(notice, 5)
    expect(systemActivitySchema.parse(activity)).toEqual(activity)
    expect(activity).toMatchObject({
      activity_id: 'tracker-1:1',
      activity_type: type,
      message,
      timestamp_ms: 5,
    })
  })

  test('the same trouble once a minute, another one at once', () => {
    const notices = new Notices('tracker-1')
    const told = [0, 59_999, 60_000].map((nowMs) => notices.toActivity(buried, nowMs)?.activity_id)
    expect(told).toEqual(['tracker-1:1', undefined, 'tracker-1:2'])
    expect(notices.toActivity(failed, 60_001)?.activity_id).toBe('tracker-1:3')
  })

  test('what health says already is not told', () => {
    const up = { type: 'connection', state: 'up', reason: 'connected again' } as const
    expect(new Notices('tracker-1').toActivity(up, 0)).toBeUndefined()
  })
})
