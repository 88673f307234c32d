import { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openWire } from '@whalecast/fanout/wire'
import { watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { connectClient, type TestClient } from './support/connect-client.ts'
import { openBroadcast, type Broadcast } from './support/open-broadcast.ts'
import { publishActivity, publishWhale } from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

const wires = [
  { note: 'past send()', wire: openWire() },
  { note: 'through send()', wire: openWire(() => []) },
]
const whales = (client: TestClient) => client.of('whale').map(({ text }) => text)

/** What came over the network, headers and all. */
function bytesTo({ socket }: TestClient): number {
  const stream: unknown = Reflect.get(socket, '_socket')
  if (!(stream instanceof Socket)) throw new Error('ws keeps its socket elsewhere')
  return stream.bytesRead
}

async function publishWhales({ bus }: Broadcast, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) => publishWhale(bus, `w${index}`, { title: 'ä'.repeat(200) })),
  )
}

describe.each(wires)('$note', ({ wire }) => {
  test('whalecast.v1.batch: the messages of a turn come in one frame, each the same as for everybody', async () => {
    await using broadcast = await openBroadcast({ wire })
    using lines = await connectClient(broadcast.url, { protocols: ['whalecast.v1.batch', 'whalecast.v1'] })
    using plain = await connectClient(broadcast.url)
    await publishWhales(broadcast, 20)
    for (const client of [lines, plain]) await client.until(() => client.of('whale').length === 20)
    expect(lines.socket.protocol).toBe('whalecast.v1.batch')
    expect(lines.of('connection')[0]?.data.protocol).toBe('whalecast.v1.batch')
    expect(whales(lines)).toEqual(whales(plain))
    expect(Math.max(...lines.messages)).toBeGreaterThan(1)
    expect(plain.messages.every((count) => count === 1)).toBe(true)
  })

  test('permessage-deflate: the same messages in fewer bytes, with and without lines, pings and pongs between', async () => {
    await using broadcast = await openBroadcast({
      wire,
      config: { compression: true, pingIntervalMs: 100 },
    })
    using packed = await connectClient(broadcast.url, { perMessageDeflate: true })
    using lines = await connectClient(broadcast.url, {
      perMessageDeflate: true,
      protocols: ['whalecast.v1.batch'],
    })
    using plain = await connectClient(broadcast.url, { perMessageDeflate: false })
    for (let index = 0; index < 20; index += 1) await publishActivity(broadcast.bus, `a${index}`)
    await publishWhales(broadcast, 20)
    for (const client of [packed, lines, plain]) {
      await client.until(() => client.of('whale').length === 20 && client.of('ping').length > 0)
      client.send({ type: 'ping', timestamp_ms: 7 })
      await client.until(() => client.of('pong').length === 1)
      expect(whales(client)).toEqual(whales(plain))
    }
    expect(packed.socket.extensions).toContain('permessage-deflate')
    expect(plain.socket.extensions).toBe('')
    for (const client of [packed, lines]) expect(bytesTo(client)).toBeLessThan(bytesTo(plain) / 2)
  })
})

test('without the setting nobody gets compressed messages, and who asks for too small a window gets plain ones', async () => {
  await using off = await openBroadcast()
  using asked = await connectClient(off.url, { perMessageDeflate: true })
  expect(asked.socket.extensions).toBe('')
  await using on = await openBroadcast({ config: { compression: true } })
  using small = await connectClient(on.url, { perMessageDeflate: { serverMaxWindowBits: 9 } })
  await publishWhale(on.bus, 'w1', { title: 'x'.repeat(2_000) })
  await small.until(() => small.of('whale').length === 1)
  expect(bytesTo(small)).toBeGreaterThan(2_000)
})
