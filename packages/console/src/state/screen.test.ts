import { describe, expect, test } from '@jest/globals'
import type { ServerFrame } from '@whalecast/client'
import {
  connectedLink,
  health,
  nowMs,
  status,
  trade,
  transition,
  whale,
  whaleQueue,
} from '../testing/samples.ts'
import { emptyScreen, reduce, serverNowMs, type Input } from './screen.ts'

const frame = (value: ServerFrame, atMs = nowMs): Input => ({ type: 'frame', frame: value, atMs })
const told = <Type extends ServerFrame['type']>(type: Type) => ({ type, ts: nowMs })

describe('the screen', () => {
  test('every kind of news lands in its place and is news', () => {
    const screen = reduce(emptyScreen, [
      frame({ ...told('history_replay'), data: { transitions: [transition('initializing')], count: 1 } }),
      frame({ ...told('trader_status'), data: status() }),
      frame({ ...told('health'), data: health([]) }),
      frame({ ...told('whale_queue'), data: whaleQueue([]) }),
      frame({ ...told('whale'), data: whale() }),
      frame({ ...told('trade'), data: trade() }, nowMs + 5),
    ])
    expect(screen).toMatchObject({
      lastDataAtMs: nowMs + 5,
      machine: { state: 'ready' },
      activities: [{ replayed: true }],
      whales: [{ whale_id: 'w1' }],
      tape: { total: 1 },
    })
  })

  test('pings and protocol frames are no news', () => {
    const screen = reduce(emptyScreen, [
      frame({ ...told('ping'), data: { timestamp_ms: nowMs, positions: {} } }),
      frame({ ...told('subscribed'), data: { channels: ['tape'] } }),
    ])
    expect(screen).toEqual(emptyScreen)
  })

  test('a whale told twice stands once', () => {
    const twice = frame({ ...told('whale'), data: whale() })
    expect(reduce(emptyScreen, [twice, twice]).whales).toHaveLength(1)
  })

  test('prints and pauses keep their order within a batch', () => {
    const print = (id: string) => frame({ ...told('trade'), data: trade({ trade_id: id }) })
    const screen = reduce(emptyScreen, [print('a'), { type: 'tape_paused', paused: true }, print('b')])
    expect([screen.tape.rows.map((row) => row.trade_id), screen.tape.waitingCount]).toEqual([['a'], 1])
  })

  test('losing the connection changes nothing but the connection', () => {
    const before = reduce(emptyScreen, [frame({ ...told('whale'), data: whale() })])
    const state = { type: 'connecting', attempt: 1, retryAtMs: nowMs, reason: 'gone' } as const
    expect(reduce(before, [{ type: 'link', state }])).toEqual({ ...before, link: { ...before.link, state } })
  })

  test('ages are counted on the server’s clock', () => {
    const { state, stats } = connectedLink()
    if (state.type !== 'connected' || stats === null) throw new Error('the sample is connected')
    const screen = reduce(emptyScreen, [
      { type: 'link', state: { ...state, sinceMs: state.connection.timestamp_ms + 3_000 } },
      { type: 'sample', stats, atMs: nowMs },
    ])
    expect(serverNowMs(screen)).toBe(nowMs - 3_000)
  })
})
