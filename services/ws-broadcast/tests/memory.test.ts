import { expect, test } from '@jest/globals'
import type { LatestMessage } from '@whalecast/bus'
import { sampleTradingState } from '@whalecast/events/testing'
import { FrameEncoder, Hub } from '@whalecast/fanout'
import { memoryOfADay } from '@whalecast/testkit'
import { Board } from '../src/domain/channels/board.ts'
import { Client } from '../src/domain/conversation/client.ts'
import { readFeed } from '../src/domain/channels/feeds.ts'
import { sampleActivity, sampleTrade, sampleWhale } from './support/samples.ts'

const rate = { perSecond: 10_000, burst: 10_000 }
const epochMs = 1_790_000_000_000

/** A board and a hub on a clock of their own, and clients that take all they are sent. */
function openReplica() {
  const clock = { nowMs: epochMs }
  const encoder = new FrameEncoder({
    frameText: (payload) => ({ bytes: payload, headerBytes: 0 }),
    now: () => clock.nowMs,
    onEncode: () => undefined,
  })
  const board = new Board(encoder)
  const turn: (() => void)[] = []
  const hub = new Hub<Client>({
    budgetBytes: 1_000_000_000,
    wheelSlots: 30,
    rates: { all: rate, of: () => rate },
    after: (_ms, task) => {
      turn.push(task)
      return () => undefined
    },
    windowMs: () => 0,
    now: () => clock.nowMs,
    monotonicMs: () => clock.nowMs,
    pingFrame: () => encoder.encode({ type: 'ping', data: { timestamp_ms: clock.nowMs } }, 'control'),
    onListened: (name, on) => {
      const feed = readFeed(name)
      if (!feed) return
      board.onListened(feed, on)
      if (feed.kind !== 'tape') return
      if (on) board.tapes.open(feed)
      else board.tapes.close(feed)
    },
    onClosed: () => undefined,
    onThinned: () => undefined,
    onFlushed: () => undefined,
  })
  const connect = (id: string) => {
    const client = new Client({
      id,
      address: '127.0.0.1',
      caller: { name: 'anonymous', scopes: ['market'] },
      limitBytes: 1_000_000,
      socket: {
        buffered: 0,
        write: (batch, done) => (done(), batch.bytes),
        close: () => undefined,
        destroy: () => undefined,
      },
      losses: { conflated: () => undefined, shed: () => undefined },
      now: () => clock.nowMs,
      onSent: () => undefined,
    })
    hub.add(client)
    const own = `{"min_size_dollars":${id}}`
    hub.listen(client, [
      'system',
      'whales',
      'tape',
      `tape:KX-${id}`,
      `tape:KX-1${id}*+5hz+${own}`,
      'trading_state+delta',
    ])
    hub.listen(client, [`whales+${own}`])
    return client
  }
  const endTurn = () => {
    for (const task of turn.splice(0)) task()
  }
  return { clock, hub, board, connect, endTurn }
}

test('a day of frames and of clients that come and go takes no more memory than its first hours', () => {
  const { clock, hub, board, connect, endTurn } = openReplica()
  let offset = 0
  const entry = (id: string) => ({ id, ts: clock.nowMs, position: { epoch: 1, offset: (offset += 1) } })
  const state = (version: number): LatestMessage<'trading_state'> => ({
    channel: 'trading_state',
    type: 'trading_state',
    key: '',
    ts: clock.nowMs,
    epoch: 1,
    term: 1,
    version,
    data: sampleTradingState(version),
  })
  let connected: Client[] = []
  const grew = memoryOfADay((second) => {
    clock.nowMs = epochMs + second * 1_000
    const id = `${second}`
    const made = [
      ...board.takeLog({
        channel: 'system',
        type: 'system_activity',
        data: sampleActivity(id),
        ...entry(id),
      }),
      ...board.takeLog({ channel: 'whales', type: 'whale', data: sampleWhale(id), ...entry(id) }),
      ...board.takeLatest(state(second + 1)),
      ...board.tapes.take(sampleTrade(id, `KX-${second % 50}`)),
    ]
    for (const { channel, frame } of made) hub.publish(channel, frame)
    endTurn()
    if (second % 10 !== 0) return
    connected.push(connect(id))
    for (const client of connected.splice(0, connected.length - 5)) hub.gone(client, 1000)
  })
  expect(board.newest('system')).toHaveLength(500)
  expect(board.snapshot('tape')).toHaveLength(50)
  connected = []
  // Bytes an hour; the frames of an hour alone would be a hundred times as much.
  expect(grew).toBeLessThan(20_000)
}, 120_000)
