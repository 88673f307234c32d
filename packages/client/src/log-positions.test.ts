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
      note: 'a new epoch that is followed from its first entry continues the old one, unless the server says otherwise',
      frames: [frame({ epoch: 1, offset: 50 }), frame({ epoch: 2, offset: 1, prev: 0 })],
      last: fresh(),
    },
    {
      note: 'a new epoch that goes on from the very place that is held continues it',
      frames: [frame({ epoch: 1, offset: 50 }), frame({ epoch: 2, offset: 51, prev: 50 })],
      last: fresh(),
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
    expect(positions.lose({ channel: 'whales', epoch: 1, from: 2, to: 8 })).toMatchObject({ from: 2, to: 8 })
    expect(positions.take(frame({ epoch: 1, offset: 9, prev: 8 }))).toEqual(fresh())
  })

  test('of what the server declares lost, only what did not come is', () => {
    const positions = new LogPositions()
    positions.take(frame({ epoch: 1, offset: 5 }))
    expect(positions.lose({ channel: 'whales', epoch: 1, from: 2, to: 5 })).toBeNull()
    expect(positions.lose({ channel: 'whales', epoch: 1, from: 4, to: 9 })).toMatchObject({ from: 6, to: 9 })
    expect(positions.lose({ channel: 'whales', epoch: 2, from: 1, to: 3 })).toMatchObject({ from: 1, to: 3 })
    expect(positions.of('whales')).toEqual({ epoch: 2, offset: 3 })
  })

  test('a proved place is a place: what follows it leaves no hole, what lies before it is history and no duplicate', () => {
    const positions = new LogPositions()
    positions.prove('whales', { epoch: 1, offset: 80 })
    expect(positions.take(frame({ epoch: 1, offset: 31, prev: 30 }))).toEqual(fresh())
    expect(positions.take(frame({ epoch: 1, offset: 80, prev: 79 }))).toEqual(fresh())
    expect(positions.take(frame({ epoch: 1, offset: 31, prev: 30 }))).toEqual({ type: 'duplicate' })
    // Under a filter nothing came for a long time.
    positions.prove('whales', { epoch: 1, offset: 400 })
    positions.prove('whales', { epoch: 1, offset: 300 })
    expect(positions.of('whales')).toEqual({ epoch: 1, offset: 400 })
    expect(positions.take(frame({ epoch: 1, offset: 402, prev: 401 }))).toEqual(
      fresh({ channel: 'whales', epoch: 1, from: 401, to: 401, reason: 'sequence' }),
    )
  })

  test('a forgotten channel begins anew', () => {
    const positions = new LogPositions()
    positions.take(frame({ epoch: 1, offset: 1 }))
    positions.forget('whales')
    expect(positions.take(frame({ epoch: 1, offset: 9, prev: 8 }))).toEqual(fresh())
  })
})
