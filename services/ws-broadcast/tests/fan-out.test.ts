import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { openWire } from '@whalecast/fanout/wire'
import { connectClient } from './support/connect-client.ts'
import { openBroadcast } from './support/open-broadcast.ts'
import { publishActivity, publishWhale, putQueue } from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

const wires = [
  { note: 'past send()', wire: openWire(), mode: 'raw' },
  { note: 'through send()', wire: openWire(() => []), mode: 'send' },
]

describe.each(wires)('$note', ({ wire, mode }) => {
  test('10 clients × 100 messages are 100 encodes and 1,000 frames', async () => {
    expect(wire.mode).toBe(mode)
    await using broadcast = await openBroadcast({ wire })
    const clients = await Promise.all(Array.from({ length: 10 }, () => connectClient(broadcast.url)))
    for (const client of clients) await client.until((frames) => frames.length >= 4)
    const before = await broadcast.metric('ws_messages_sent_total')
    for (let index = 0; index < 100; index++) await publishWhale(broadcast.bus, `w${index}`)
    for (const client of clients) {
      await client.until(() => client.of('whale').length === 100)
      expect(client.of('whale').map(({ data }) => data.whale_id)).toEqual(
        Array.from({ length: 100 }, (_, index) => `w${index}`),
      )
    }
    expect(await broadcast.metric('ws_frames_encoded_total', { type: 'whale' })).toBe(100)
    expect((await broadcast.metric('ws_messages_sent_total')) - before).toBe(1_000)
    expect(broadcast.facts.read()).toMatchObject({ ws_clients: 10, ws_messages_sent: before + 1_000 })
    for (const client of clients) client.socket.terminate()
  })

  test('texts of every length of header arrive whole', async () => {
    await using broadcast = await openBroadcast({ wire })
    using client = await connectClient(broadcast.url)
    const lengths = [1, 200, 70_000]
    for (const length of lengths)
      await publishWhale(broadcast.bus, `w${length}`, { title: 'ä'.repeat(length) })
    await client.until(() => client.of('whale').length === lengths.length)
    expect(client.of('whale').map(({ data }) => data.title.length)).toEqual(lengths)
  })
})

test('50 queue updates in 100 ms become the first and the last; 50 activities all arrive', async () => {
  let nowMs = 1_000_000
  await using broadcast = await openBroadcast({ now: () => nowMs })
  using client = await connectClient(broadcast.url)
  for (let version = 1; version <= 50; version++) {
    await putQueue(broadcast.bus, version)
    await publishActivity(broadcast.bus, `a${version}`)
    nowMs += 2
  }
  await client.until((frames) => frames.at(-1)?.data.stats?.trades_seen === 50)
  const seen = client.of('whale_queue').map(({ data }) => data.stats.trades_seen)
  expect(seen).toEqual([1, 50])
  expect(await broadcast.metric('ws_conflated_total', { where: 'replica' })).toBe(48)
  expect(await broadcast.metric('ws_frames_encoded_total', { type: 'whale_queue' })).toBe(2)
  expect(client.of('system_activity')).toHaveLength(50)
})

test('how long tracker and sockets took is measured', async () => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url)
  await publishWhale(broadcast.bus, 'w1')
  await client.until(() => client.of('whale').length === 1)
  for (const hop of ['tracker_broadcast', 'broadcast_socket'])
    expect(await broadcast.metric('latency_seconds', { hop, le: '+Inf' })).toBeGreaterThan(0)
})
