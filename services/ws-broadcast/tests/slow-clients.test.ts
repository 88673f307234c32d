import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { connectClient } from './support/connect-client.ts'
import { connectStalled } from './support/connect-stalled.ts'
import { openBroadcast } from './support/open-broadcast.ts'
import { publishWhale, sampleTrade } from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

test('a client that never reads is closed with 4408 within its bounds; the others get everything in time', async () => {
  const limit = 256 * 1024
  await using broadcast = await openBroadcast({ config: { clientBufferBytes: limit } })
  using stalled = await connectStalled(broadcast.url)
  using well = await connectClient(broadcast.url)
  await well.until((frames) => frames.length >= 4)
  await eventually(() => broadcast.facts.read()['ws_clients'] === 2)
  // The kernel takes several MB before the process sees that nobody reads.
  const title = 'x'.repeat(16 * 1024)
  let published = 0
  let most = 0
  const waits: number[] = []
  while (broadcast.facts.read()['ws_clients'] === 2 && published < 2_000) {
    published += 1
    const beganMs = performance.now()
    await publishWhale(broadcast.bus, `w${published}`, { title })
    await well.until(() => well.of('whale').length === published)
    waits.push(performance.now() - beganMs)
    most = Math.max(most, await broadcast.metric('ws_queued_bytes'))
  }
  expect(await broadcast.metric('ws_closed_total', { code: '4408' })).toBe(1)
  expect(well.of('whale')).toHaveLength(published)
  expect(most).toBeGreaterThan(limit / 2)
  // Its own limit, what the socket holds, and the frame of the moment.
  expect(most).toBeLessThan(limit + 192 * 1024)
  expect(waits.toSorted((a, b) => a - b)[Math.floor(waits.length * 0.9)]).toBeLessThan(200)
  expect(stalled.readableEnded).toBe(false)
})

test('a slow client loses tape before it loses its connection, and every shed frame is counted', async () => {
  await using broadcast = await openBroadcast({ config: { clientBufferBytes: 64 * 1024 } })
  using stalled = await connectStalled(broadcast.url, { type: 'subscribe', channels: ['tape'] })
  await eventually(
    async () => (await broadcast.metric('ws_frames_encoded_total', { type: 'subscribed' })) === 1,
  )
  let id = 0
  for (let round = 0; round < 200; round++) {
    const trades = Array.from({ length: 400 }, () => sampleTrade(`t${(id += 1)}`))
    broadcast.bus.print('tape', 'trade', trades)
    await eventually(
      async () => (await broadcast.metric('ws_frames_encoded_total', { type: 'trade' })) === id,
    )
    if ((await broadcast.metric('ws_shed_total', { reason: 'buffer_bytes' })) > 0) break
  }
  expect(await broadcast.metric('ws_shed_total', { reason: 'buffer_bytes' })).toBeGreaterThan(0)
  expect(broadcast.facts.read()['ws_clients']).toBe(1)
  expect(await broadcast.metric('ws_closed_total')).toBe(0)
  expect(stalled.readableEnded).toBe(false)
})

test('a broken connection is removed once, and the others stay', async () => {
  await using broadcast = await openBroadcast()
  using well = await connectClient(broadcast.url)
  const broken = await connectStalled(broadcast.url)
  await eventually(() => broadcast.facts.read()['ws_clients'] === 2)
  broken.resetAndDestroy()
  for (let index = 0; index < 20; index++) await publishWhale(broadcast.bus, `w${index}`)
  await well.until(() => well.of('whale').length === 20)
  await eventually(() => broadcast.facts.read()['ws_clients'] === 1)
  expect(await broadcast.metric('ws_closed_total')).toBe(1)
})

test('who does not answer pings is closed with 4401, who does has a round trip', async () => {
  await using broadcast = await openBroadcast({ config: { pingIntervalMs: 100 } })
  using silent = await connectClient(broadcast.url, { answersPings: false })
  using alive = await connectClient(broadcast.url)
  expect((await silent.closed).code).toBe(4401)
  expect(silent.of('ping')).toHaveLength(2)
  for (const { data } of silent.of('ping'))
    expect(Math.abs(Date.now() - data.timestamp_ms)).toBeLessThan(10_000)
  await alive.until(() => alive.of('ping').length >= 4)
  expect(broadcast.facts.read()['ws_clients']).toBe(1)
  expect(await broadcast.metric('ws_rtt_seconds', { le: '+Inf' })).toBeGreaterThanOrEqual(3)
  expect(await broadcast.metric('ws_closed_total', { code: '4401' })).toBe(1)
})
