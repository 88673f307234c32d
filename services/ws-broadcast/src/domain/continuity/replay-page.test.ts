import { expect, test } from '@jest/globals'
import type { ActivityType, Position, SystemActivity } from '@whalecast/events'
import { FrameEncoder, type OutFrame } from '@whalecast/fanout'
import { logFormOf, type LogForm } from '../channels/log-form.ts'
import type { AnyLog } from '../channels/messages.ts'
import { createReplayPage } from './replay-page.ts'

const encoder = new FrameEncoder({
  frameText: (payload) => ({ bytes: payload, headerBytes: 0 }),
  now: () => 1,
  onEncode: () => undefined,
})
const read = ({ bytes }: OutFrame): Record<string, unknown> => JSON.parse(bytes.toString())
const whole = logFormOf({ open: false, filter: undefined })
const isPublic = logFormOf({ open: true, filter: undefined })
const places = (frames: readonly OutFrame[]) =>
  frames.map(read).map(({ epoch, prev, offset }) => [epoch, prev, offset])

function activity(epoch: number, offset: number, activity_type: ActivityType = 'operation'): AnyLog {
  const data: SystemActivity = {
    activity_id: `a${offset}`,
    activity_type,
    message: '',
    state_at_event: 'ready',
    metadata: {},
    timestamp_ms: 1,
  }
  return {
    channel: 'system',
    type: 'system_activity',
    id: `a${offset}`,
    ts: 1,
    position: { epoch, offset },
    data,
  }
}

test('what is the account’s is in the whole form and leaves no hole in the public one', () => {
  const messages = [activity(1, 11), activity(1, 12, 'order_fill'), activity(1, 13, 'sync'), activity(1, 14)]
  const page = createReplayPage(
    encoder,
    { epoch: 1, offset: 10 },
    { messages, proven: true, through: { epoch: 1, offset: 14 } },
  )
  expect(places(page.after({ epoch: 1, offset: 11 }, whole).frames)).toEqual([
    [1, 11, 12],
    [1, 12, 13],
    [1, 13, 14],
  ])
  expect(places(page.after({ epoch: 1, offset: 10 }, isPublic).frames)).toEqual([
    [1, 10, 11],
    [1, 11, 14],
  ])
  expect(places(page.after({ epoch: 1, offset: 12 }, isPublic).frames)).toEqual([[1, 11, 14]])
})

test('where a part begins is no place that a client knows: the first frame follows what it was sent before', () => {
  const page = createReplayPage(
    encoder,
    { epoch: 1, offset: 10 },
    { messages: [activity(1, 11, 'sync'), activity(1, 12)], proven: true, through: { epoch: 1, offset: 12 } },
  )
  const { frames, last } = page.after({ epoch: 1, offset: 10 }, isPublic, { epoch: 1, offset: 7 })
  expect(places(frames)).toEqual([[1, 7, 12]])
  expect(last).toEqual({ epoch: 1, offset: 12 })
})

test('a decision continues the decision before it; what went on in between is not told again', () => {
  const processing: AnyLog = {
    channel: 'decisions',
    type: 'whale_processing',
    id: 'p',
    ts: 1,
    position: { epoch: 1, offset: 2 },
    data: { whale_id: 'w', status: 'processing', action: null, timestamp_ms: 1 },
  }
  const decision: AnyLog = {
    channel: 'decisions',
    type: 'decision',
    id: 'd',
    ts: 1,
    position: { epoch: 1, offset: 3 },
    data: {
      whale_id: 'w',
      action: 'followed',
      reason: '',
      order_id: null,
      client_order_id: null,
      age_seconds: 1,
      market_ticker: 'KXA',
      title: null,
      side: 'yes',
      whale_size_dollars: 1,
      timestamp_ms: 1,
    },
  }
  const from = { epoch: 1, offset: 1 }
  const page = createReplayPage(encoder, from, {
    messages: [processing, decision],
    proven: true,
    through: { epoch: 1, offset: 3 },
  })
  expect(places(page.after(from, whole).frames)).toEqual([[1, 1, 3]])
})

test('where the log goes on in another epoch, the place in it is told before its first entry', () => {
  const messages = [activity(1, 11), activity(2, 12, 'sync'), activity(2, 13)]
  const page = createReplayPage(
    encoder,
    { epoch: 1, offset: 10 },
    { messages, proven: true, through: { epoch: 2, offset: 13 } },
  )
  const told = (place: Position, form: LogForm) =>
    page
      .after(place, form)
      .frames.map(read)
      .map(({ type, offset, data }) => (type === 'ping' ? data : offset))
  const here = { timestamp_ms: 1, positions: { system: { epoch: 2, offset: 11 } } }
  expect(told({ epoch: 1, offset: 10 }, whole)).toEqual([11, here, 12, 13])
  expect(told({ epoch: 1, offset: 11 }, isPublic)).toEqual([here, 13])
  expect(told({ epoch: 2, offset: 11 }, whole)).toEqual([12, 13])
})

test('frames are made once for all who missed them', () => {
  const from = { epoch: 1, offset: 0 }
  const page = createReplayPage(encoder, from, {
    messages: [activity(1, 1), activity(1, 2)],
    proven: true,
    through: { epoch: 1, offset: 2 },
  })
  expect(page.after({ epoch: 1, offset: 1 }, whole).frames[0]).toBe(page.after(from, whole).frames[1])
  // The same in both forms where they are the same.
  expect(page.after(from, isPublic).frames[1]).toBe(page.after(from, whole).frames[1])
})

test.each([
  { note: 'a place inside', place: { epoch: 1, offset: 11 }, proven: true, expected: true },
  { note: 'the place it was read from', place: { epoch: 1, offset: 10 }, proven: true, expected: true },
  { note: 'the last place of its epoch', place: { epoch: 1, offset: 12 }, proven: true, expected: true },
  { note: 'a place its epoch never came to', place: { epoch: 1, offset: 13 }, proven: true, expected: false },
  {
    note: 'the newest place: nothing is behind it',
    place: { epoch: 2, offset: 14 },
    proven: true,
    expected: false,
  },
  { note: 'a place before it', place: { epoch: 1, offset: 9 }, proven: true, expected: false },
  { note: 'nothing is proved', place: { epoch: 1, offset: 11 }, proven: false, expected: false },
])('whether a part continues a place: $note', ({ place, proven, expected }) => {
  const messages = [activity(1, 11), activity(1, 12), activity(2, 13), activity(2, 14)]
  const page = createReplayPage(
    encoder,
    { epoch: 1, offset: 10 },
    { messages, proven, through: { epoch: 2, offset: 14 } },
  )
  expect(page.continues(place)).toBe(expected)
})
