import { describe, expect, test } from '@jest/globals'
import { serverFrames, type SystemActivity } from '@whalecast/events'
import { FrameEncoder, type OutFrame } from '@whalecast/fanout'
import { Board } from './board.ts'
import { readFeed, type Feed } from './feeds.ts'
import type { AnyLog } from './messages.ts'
import { unknownHealth, unknownStatus } from './unknown-state.ts'

function openBoard() {
  const encoded: string[] = []
  const encoder = new FrameEncoder({
    frameText: (payload) => ({ bytes: payload, headerBytes: 0 }),
    now: () => 1_790_000_000_000,
    onEncode: (type) => encoded.push(type),
  })
  const board = new Board(encoder)
  const hear = (...names: readonly string[]) => {
    for (const name of names) board.onListened(feedOf(name), true)
  }
  return { board, encoded, hear }
}

function feedOf(name: string): Feed {
  const feed = readFeed(name)
  if (!feed) throw new Error(`no feed ${name}`)
  return feed
}

const read = (frame: OutFrame): Record<string, unknown> => JSON.parse(frame.bytes.toString())

const activity = (over: Partial<SystemActivity>): SystemActivity => ({
  activity_id: 'a',
  activity_type: 'health_check',
  message: '',
  state_at_event: 'ready',
  metadata: {},
  timestamp_ms: 1,
  ...over,
})

const entry = (offset: number, data: SystemActivity, epoch = 7): AnyLog => ({
  channel: 'system',
  type: 'system_activity',
  id: data.activity_id,
  ts: 1,
  position: { epoch, offset },
  data,
})

describe('system', () => {
  test('25 transitions among many activities: the replay has the newest 20, oldest first, at the head of the log', () => {
    const { board } = openBoard()
    let offset = 0
    for (let index = 1; index <= 25; index++) {
      const id = `t${index}`
      board.takeLog(entry(++offset, activity({ activity_id: id, activity_type: 'state_transition' })))
      for (let other = 0; other < 30; other++) board.takeLog(entry(++offset, activity({})))
    }
    const [replay] = board.snapshot('system').map(read)
    const data = serverFrames.history_replay.parse(replay?.['data'])
    expect(data.transitions.map(({ activity_id }) => activity_id)).toEqual(
      Array.from({ length: 20 }, (_, index) => `t${index + 6}`),
    )
    expect(replay).toMatchObject({ type: 'history_replay', channel: 'system', epoch: 7, offset })
  })

  test('the replay is built once for all who connect between two activities', () => {
    const { board } = openBoard()
    board.takeLog(entry(1, activity({})))
    const [first] = board.snapshot('system')
    expect(board.snapshot('system')[0]).toBe(first)
    board.takeLog(entry(2, activity({})))
    expect(read(board.snapshot('system')[0]!)).toMatchObject({ offset: 2 })
  })
})

describe('logs', () => {
  test('a snapshot is the live frame itself, and carries its place', () => {
    const { board, hear } = openBoard()
    hear('feed')
    const [live] = board.takeLog({
      ...entry(4, activity({})),
      channel: 'feed',
      type: 'feed_state',
      data: feed,
    })
    expect(board.snapshot('feed')).toEqual([live?.frame])
    expect(board.snapshot('feed')[0]).toBe(live?.frame)
    expect(read(live!.frame)).toMatchObject({ channel: 'feed', epoch: 7, offset: 4, prev: 3, data: feed })
  })

  test('an entry that comes twice is told once', () => {
    const { board, hear } = openBoard()
    hear('system', 'system+public')
    expect(board.takeLog(entry(1, activity({})))).toHaveLength(2)
    expect(board.takeLog(entry(1, activity({})))).toEqual([])
  })

  test('a log goes on in another epoch when the next entry does; its place there is told once', () => {
    const { board, hear } = openBoard()
    hear('system', 'system+public')
    expect(board.continuesLog(entry(1, activity({})))).toBe(false)
    for (const offset of [1, 2]) board.takeLog(entry(offset, activity({})))
    expect(board.continuesLog(entry(3, activity({})))).toBe(false)
    expect(board.continuesLog(entry(9, activity({}), 8))).toBe(false)
    expect(board.positions(['market']).system).toEqual({ epoch: 7, offset: 2 })
    expect(board.continuesLog(entry(3, activity({}), 8))).toBe(true)
    expect(board.positions(['market']).system).toEqual({ epoch: 8, offset: 2 })
    expect(board.continuesLog(entry(3, activity({}), 8))).toBe(false)
    expect(board.takeLog(entry(3, activity({}), 8))).toHaveLength(2)
  })

  test('after a gap was told, nothing goes on', () => {
    const { board } = openBoard()
    board.takeLog(entry(2, activity({})))
    board.takeGap('system', { after: { epoch: 7, offset: 2 }, next: { epoch: 8, offset: 3 } })
    expect(board.continuesLog(entry(3, activity({}), 8))).toBe(false)
  })

  test.each([
    { note: 'trimmed', after: { epoch: 7, offset: 3 }, from: 4, to: 8, reason: 'trimmed' },
    { note: 'new epoch', after: { epoch: 6, offset: 300 }, from: 1, to: 8, reason: 'epoch_changed' },
  ])('a gap names what is missing: $note', ({ after, from, to, reason }) => {
    const { board, hear } = openBoard()
    hear('whales')
    const [gap] = board.takeGap('whales', { after, next: { epoch: 7, offset: 9 } })
    expect(read(gap!.frame)).toMatchObject({
      type: 'gap',
      channel: 'whales',
      data: { channel: 'whales', epoch: 7, from, to, reason },
    })
  })
})

describe('what not everybody may read', () => {
  test('activities of the account leave no hole for those who may not read them', () => {
    const { board, encoded, hear } = openBoard()
    hear('system', 'system+public')
    const fill = activity({ activity_type: 'order_fill' })
    const feeds = [entry(1, activity({})), entry(2, fill), entry(3, fill), entry(4, activity({}))].map(
      (one) =>
        board.takeLog(one).map(({ channel, frame }) => ({
          channel,
          prev: read(frame)['prev'],
          offset: read(frame)['offset'],
        })),
    )
    expect(feeds).toEqual([
      [
        { channel: 'system', prev: 0, offset: 1 },
        { channel: 'system+public', prev: 0, offset: 1 },
      ],
      [{ channel: 'system', prev: 1, offset: 2 }],
      [{ channel: 'system', prev: 2, offset: 3 }],
      [
        { channel: 'system', prev: 3, offset: 4 },
        { channel: 'system+public', prev: 1, offset: 4 },
      ],
    ])
    // Where both forms are the same, they are made once.
    expect(encoded).toHaveLength(5)
  })

  test('nor does an epoch in which the log goes on, whoever may read its first entries', () => {
    const { board, hear } = openBoard()
    hear('system', 'system+public')
    const fill = activity({ activity_type: 'order_fill' })
    for (const one of [entry(1, activity({})), entry(2, fill)]) board.takeLog(one)
    expect(board.continuesLog(entry(3, fill, 8))).toBe(true)
    board.takeLog(entry(3, fill, 8))
    const [, open] = board.takeLog(entry(4, activity({}), 8))
    expect(read(open!.frame)).toMatchObject({ epoch: 8, offset: 4, prev: 1 })
  })
})

describe('decisions', () => {
  const decision = (offset: number): AnyLog => ({
    channel: 'decisions',
    type: 'decision',
    id: `d${offset}`,
    ts: 1,
    position: { epoch: 7, offset },
    data: {
      whale_id: `w${offset}`,
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
  })
  const processing = (offset: number): AnyLog => ({
    channel: 'decisions',
    type: 'whale_processing',
    id: `p${offset}`,
    ts: 1,
    position: { epoch: 7, offset },
    data: { whale_id: 'w', status: 'processing', action: null, timestamp_ms: 1 },
  })

  test('a decision continues the decision before it; processing is live only and has no place', () => {
    const { board, hear } = openBoard()
    hear('decisions')
    const frames = [processing(4), decision(5), processing(6), processing(7), decision(8)].flatMap((one) =>
      board.takeLog(one).map(({ frame }) => read(frame)),
    )
    expect(frames.map(({ type, prev, offset }) => [type, prev, offset])).toEqual([
      ['whale_processing', undefined, undefined],
      ['decision', 3, 5],
      ['whale_processing', undefined, undefined],
      ['whale_processing', undefined, undefined],
      ['decision', 5, 8],
    ])
    expect(board.snapshot('decisions').map(read)).toEqual([frames[1], frames[4]])
    expect(board.newest('decisions').map(({ whale_id }) => whale_id)).toEqual(['w8', 'w5'])
    expect(board.takeLog(processing(7))).toEqual([])
  })

  test('the last 100 are shown', () => {
    const { board } = openBoard()
    for (let offset = 1; offset <= 130; offset++) board.takeLog(decision(offset))
    const shown = board.snapshot('decisions').map(read)
    expect(shown.map(({ offset }) => offset)).toEqual(Array.from({ length: 100 }, (_, index) => index + 31))
  })
})

describe('latest', () => {
  test('an own verdict replaces the last good state in what new clients see, and says unknown', () => {
    const { board } = openBoard()
    const health = { ...unknownHealth(1, 1), status: 'healthy' as const, machine_state: 'ready' as const }
    board.takeLatest({
      channel: 'health',
      type: 'health',
      key: '',
      ts: 1,
      epoch: 1,
      term: 1,
      version: 5,
      data: health,
    })
    expect(board.snapshot('health').map(read)).toMatchObject([
      { version: 5, data: { machine_state: 'ready' } },
    ])
    board.takeOwn({ channel: 'health', type: 'health', data: unknownHealth(2, 3) })
    board.takeOwn({ channel: 'status', type: 'trader_status', data: unknownStatus(1, 3, 'the bus is away') })
    expect(serverFrames.health.parse(board.latest('health'))).toMatchObject({
      status: 'unknown',
      machine_state: 'unknown',
    })
    expect(serverFrames.trader_status.parse(board.latest('status'))).toMatchObject({
      machine_state: 'unknown',
      health: 'unknown',
      metrics: { trades_per_second: null, context: 'the bus is away' },
    })
    expect(read(board.snapshot('health')[0]!)).not.toHaveProperty('version')
  })
})

const feed = { source: 'a', state: 'live' as const, reason: '', since_ms: 1 }
