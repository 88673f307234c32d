import { describe, expect, test } from '@jest/globals'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Position, Scope, Whale } from '@whalecast/events'
import { Board } from '../channels/board.ts'
import { Client } from '../conversation/client.ts'
import { FrameEncoder } from '@whalecast/fanout'
import type { AnyLog, LogName } from '../channels/messages.ts'
import { createReplayPage, type ReplayPage } from './replay-page.ts'
import { Resume } from './resume.ts'

const at = (offset: number, epoch = 1): Position => ({ epoch, offset })

const whale: Whale = {
  whale_id: 'w',
  market_ticker: 'KXA',
  title: null,
  event_ticker: null,
  side: 'yes',
  price_cents: 50,
  count: 1,
  cost_dollars: 1,
  payout_dollars: 1,
  risk_dollars: 1,
  whale_size_dollars: 1,
  severity: 'S2',
  severity_reason: '',
  is_block_trade: false,
  timestamp_ms: 1,
  received_at_ms: 1,
  detected_at_ms: 1,
}
const entry = (position: Position): AnyLog => ({
  channel: 'whales',
  type: 'whale',
  id: `${position.offset}`,
  ts: 1,
  position,
  data: whale,
})

/** A replica that has come to `ringFrom` … `head`, and a stream whose reads the test answers. */
function open({ scopes = ['market'] }: { scopes?: readonly Scope[] } = {}) {
  const encoder = new FrameEncoder({
    frameText: (payload) => ({ bytes: payload, headerBytes: 0 }),
    now: () => 1,
    onEncode: () => undefined,
  })
  const board = new Board(encoder)
  const sent: string[] = []
  const asked: { place: Position; answer: (page: ReplayPage) => void; fail: (error: Error) => void }[] = []
  const later: (() => void)[] = []
  const sources: string[] = []
  const state = { here: true, queued: 0 }
  const client = new Client({
    id: 'c',
    address: '127.0.0.1',
    caller: { name: 'anonymous', scopes },
    limitBytes: 1_000,
    socket: {
      get buffered() {
        return state.queued
      },
      write: () => 0,
      close: () => undefined,
      destroy: () => undefined,
    },
    losses: { conflated: () => undefined, shed: () => undefined },
    now: () => 1,
    onSent: () => undefined,
  })
  const resume = new Resume({
    hub: {
      has: () => state.here,
      listen: (_client, feeds) => {
        sent.push(`listen ${feeds.join()}`)
        return feeds
      },
      send: (_client, { bytes }) => {
        const { type, offset, prev, data } = JSON.parse(bytes.toString())
        sent.push(type === 'gap' ? `gap ${data.from}-${data.to} ${data.reason}` : `${prev}>${offset}`)
      },
    },
    board,
    encoder,
    read: (_channel: LogName, place) =>
      new Promise((answer, fail) => void asked.push({ place, answer, fail })),
    later: (_ms, task) => void later.push(task),
    onResumed: (source) => sources.push(source),
  })
  /** Entries of the stream behind a place. */
  const page = (from: Position, offsets: readonly number[], { proven = true } = {}) =>
    createReplayPage(encoder, from, {
      messages: offsets.map((offset) => entry(at(offset))),
      proven,
      through: at(offsets.at(-1) ?? from.offset),
    })
  const live = (...offsets: readonly number[]) => {
    for (const offset of offsets) board.takeLog(entry(at(offset)))
  }
  const answer = async (made: ReplayPage) => {
    asked.shift()?.answer(made)
    await nextTurn()
  }
  return { client, resume, sent, asked, later, sources, state, page, live, answer }
}

test('what the ring holds is sent, and live goes on, in the same turn', () => {
  const { resume, client, live, sent, sources } = open()
  live(7, 8, 9)
  expect(resume.goOn(client, 'whales', { place: at(7) })).toEqual({ ...at(9), recovered: true })
  expect(sent).toEqual(['7>8', '8>9', 'listen whales'])
  expect(resume.goOn(client, 'whales', { place: at(5) })).toBeUndefined()
  expect(resume.goOn(client, 'whales', { place: at(10) })).toBeUndefined()
  expect(sent).toHaveLength(3)
  expect(sources).toEqual(['ring'])
})

describe('from the stream', () => {
  test('part after part until the ring holds the rest; what came live meanwhile is sent once', async () => {
    const { resume, client, live, sent, sources, page, answer, asked } = open()
    live(7, 8)
    const fetched = resume.catchUp(client, 'whales', { place: at(2) })
    await answer(page(at(2), [3, 4]))
    expect(sent).toEqual(['2>3', '3>4'])
    live(9)
    expect(asked[0]?.place).toEqual(at(4))
    await answer(page(at(4), [5, 6, 7]))
    expect(await fetched).toEqual({ ...at(9), recovered: true })
    expect(sent).toEqual(['2>3', '3>4', '4>5', '5>6', '6>7', '7>8', '8>9', 'listen whales'])
    expect(sources).toEqual(['stream'])
  })

  test('a replica that is behind the stream is waited for, and what it hears then is not doubled', async () => {
    const { resume, client, live, sent, later, page, answer, asked } = open()
    live(7, 8)
    const fetched = resume.catchUp(client, 'whales', { place: at(10) })
    await answer(page(at(10), []))
    live(9)
    later.shift()?.()
    await nextTurn()
    expect(sent).toEqual([])
    live(10, 11)
    later.shift()?.()
    expect(await fetched).toEqual({ ...at(11), recovered: true })
    expect(sent).toEqual(['10>11', 'listen whales'])
    // Waiting asks the stream nothing.
    expect(asked).toEqual([])
  })

  test('what was trimmed meanwhile is a gap from where the client stands by then, then the snapshot', async () => {
    const { resume, client, live, sent, sources, page, answer } = open()
    live(7, 8)
    const fetched = resume.catchUp(client, 'whales', { place: at(2) })
    await answer(page(at(2), [3]))
    await answer(page(at(3), [6, 7], { proven: false }))
    expect(await fetched).toEqual({ ...at(8), recovered: false })
    expect(sent).toEqual(['2>3', 'gap 4-6 trimmed', '6>7', '7>8', 'listen whales'])
    expect(sources).toEqual(['gap'])
  })

  test.each([
    { note: 'a place the log never came to', place: at(20), gap: 'gap 1-6 unknown_place' },
    { note: 'a place of an epoch that is gone', place: at(3, 0), gap: 'gap 1-6 epoch_changed' },
  ])('$note: a gap, then the snapshot', async ({ place, gap }) => {
    const { resume, client, live, sent, page, answer } = open()
    live(7)
    const fetched = resume.catchUp(client, 'whales', { place })
    await answer(page(place, [], { proven: false }))
    expect(await fetched).toEqual({ ...at(7), recovered: false })
    expect(sent).toEqual([gap, '6>7', 'listen whales'])
  })

  test('a stream that cannot be read is a gap as well', async () => {
    const { resume, client, live, sent, asked } = open()
    live(7)
    const fetched = resume.catchUp(client, 'whales', { place: at(5) })
    asked[0]?.fail(new Error('no stream'))
    expect(await fetched).toEqual({ ...at(7), recovered: false })
    expect(sent).toEqual(['gap 6-6 trimmed', '6>7', 'listen whales'])
  })

  test('a client that reads slowly is sent the next part when it has read this one', async () => {
    const { resume, client, live, later, page, answer, asked, state } = open()
    live(9)
    void resume.catchUp(client, 'whales', { place: at(2) })
    state.queued = 200_000
    await answer(page(at(2), [3, 4]))
    expect(asked).toEqual([])
    state.queued = 0
    later.shift()?.()
    await nextTurn()
    expect(asked.map(({ place }) => place)).toEqual([at(4)])
  })

  test('who leaves, or gives the channel up, is sent nothing more', async () => {
    const { resume, client, live, sent, page, answer, state } = open()
    live(9)
    const left = resume.catchUp(client, 'whales', { place: at(2) })
    state.here = false
    await answer(page(at(2), [3]))
    expect(await left).toBeUndefined()
    state.here = true
    const gaveUp = resume.catchUp(client, 'whales', { place: at(2) })
    expect(resume.under(client)).toEqual(['whales'])
    resume.callOff(client, 'whales')
    expect(resume.under(client)).toEqual([])
    await answer(page(at(2), [3]))
    expect(await gaveUp).toBeUndefined()
    expect(sent).toEqual([])
  })

  test('who asks again from another place is served from there alone', async () => {
    const { resume, client, live, sent, page, answer } = open()
    live(9)
    const first = resume.catchUp(client, 'whales', { place: at(2) })
    resume.callOff(client, 'whales')
    const second = resume.catchUp(client, 'whales', { place: at(7) })
    await answer(page(at(2), [3]))
    expect(await first).toBeUndefined()
    expect(resume.under(client)).toEqual(['whales'])
    await answer(page(at(7), [8]))
    expect(await second).toEqual({ ...at(9), recovered: true })
    expect(sent).toEqual(['7>8', '8>9', 'listen whales'])
  })
})
