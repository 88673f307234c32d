import { describe, expect, test } from '@jest/globals'
import type { Envelope } from '@whalecast/events/wire'
import { LogPositions } from './log-positions.ts'

const frame = (fields: Partial<Envelope>): Envelope => ({
  type: 'whale',
  ts: 1,
  channel: 'whales',
  data: {},
  ...fields,
})

const fresh = (missed: object | null = null) => ({ type: 'fresh', missed })

describe('the place in a log channel', () => {
  test.each([
    {
      note: 'the first frame is where the client begins, whatever came before it',
      frames: [frame({ epoch: 1, offset: 50, prev: 49 })],
      last: fresh(),
    },
    {
      note: 'the next frame follows without a hole',
      frames: [frame({ epoch: 1, offset: 50, prev: 49 }), frame({ epoch: 1, offset: 51, prev: 50 })],
      last: fresh(),
    },
    {
      note: 'offsets may jump when the server filters: prev decides',
      frames: [frame({ epoch: 1, offset: 50, prev: 49 }), frame({ epoch: 1, offset: 60, prev: 50 })],
      last: fresh(),
    },
    {
      note: 'prev above the position is a hole',
      frames: [frame({ epoch: 1, offset: 50, prev: 49 }), frame({ epoch: 1, offset: 60, prev: 57 })],
      last: fresh({ channel: 'whales', epoch: 1, from: 51, to: 57, reason: 'sequence' }),
    },
    {
      note: 'the same offset again is a duplicate',
      frames: [frame({ epoch: 1, offset: 50 }), frame({ epoch: 1, offset: 50 })],
      last: { type: 'duplicate' },
    },
    {
      note: 'an older offset is a duplicate',
      frames: [frame({ epoch: 1, offset: 50 }), frame({ epoch: 1, offset: 7 })],
      last: { type: 'duplicate' },
    },
    {
      note: 'an older offset of another epoch is news, and the end of the old epoch is not proved',
      frames: [frame({ epoch: 1, offset: 50 }), frame({ epoch: 2, offset: 7, prev: 6 })],
      last: fresh({ channel: 'whales', epoch: 2, from: 1, to: 6, reason: 'epoch_changed' }),
    },
    {
      note: 'a replay lists only some entries: what it jumps over was missed',
      frames: [
        frame({ channel: 'system', type: 'system_activity', epoch: 1, offset: 5 }),
        frame({ channel: 'system', type: 'history_replay', epoch: 1, offset: 9 }),
      ],
      last: fresh({ channel: 'system', epoch: 1, from: 6, to: 9, reason: 'sequence' }),
    },
    {
      note: 'a replay of nothing new is no duplicate',
      frames: [
        frame({ channel: 'system', type: 'system_activity', epoch: 1, offset: 5 }),
        frame({ channel: 'system', type: 'history_replay', epoch: 1, offset: 5 }),
      ],
      last: fresh(),
    },
    {
      note: 'channels do not share a place',
      frames: [
        frame({ epoch: 1, offset: 50 }),
        frame({ channel: 'feed', type: 'feed_gap', epoch: 1, offset: 3 }),
      ],
      last: fresh(),
    },
    {
      note: 'a channel that is no log has no place, whatever numbers it carries',
      frames: [
        frame({ channel: 'status', epoch: 1, offset: 9 }),
        frame({ channel: 'status', epoch: 1, offset: 9 }),
      ],
      last: fresh(),
    },
    {
      note: 'a log of a newer server is followed like the known ones',
      frames: [
        frame({ channel: 'decisions', epoch: 1, offset: 9 }),
        frame({ channel: 'decisions', epoch: 1, offset: 9 }),
      ],
      last: { type: 'duplicate' },
    },
  ])('$note', ({ frames, last }) => {
    const positions = new LogPositions()
    expect(frames.map((each) => positions.take(each)).at(-1)).toEqual(last)
  })

  test('a hole is told once', () => {
    const positions = new LogPositions()
    positions.take(frame({ epoch: 1, offset: 1 }))
    positions.take(frame({ epoch: 1, offset: 5, prev: 4 }))
    expect(positions.take(frame({ epoch: 1, offset: 6, prev: 5 }))).toEqual(fresh())
  })

  test('what the server has declared lost is not found missing again', () => {
    const positions = new LogPositions()
    positions.take(frame({ epoch: 1, offset: 1 }))
    positions.skip('whales', { epoch: 1, offset: 8 })
    expect(positions.take(frame({ epoch: 1, offset: 9, prev: 8 }))).toEqual(fresh())
  })

  test('a forgotten channel begins anew', () => {
    const positions = new LogPositions()
    positions.take(frame({ epoch: 1, offset: 1 }))
    positions.forget('whales')
    expect(positions.take(frame({ epoch: 1, offset: 9, prev: 8 }))).toEqual(fresh())
  })
})
