import { expect, test } from '@jest/globals'
import type { ComponentStatus } from '@whalecast/events'
import { eventually, watchLeaks } from '@whalecast/testkit'
import { connectClient, refusedUpgrade, type TestClient } from './support/connect-client.ts'
import { defaultLimits, openBroadcast } from './support/open-broadcast.ts'
import { publishWhale } from './support/samples.ts'

test('a stop says goaway with a moment to come back each, closes with 1012, and leaves nothing open', async () => {
  const leaks = watchLeaks()
  const limits = { ...defaultLimits, acceptPerSecond: 1_000 }
  const broadcast = await openBroadcast({ config: { limits } })
  const clients = await Promise.all(Array.from({ length: 20 }, () => connectClient(broadcast.url)))
  for (const client of clients) await client.until((frames) => frames.length >= 4)
  expect(broadcast.health.reports()[0]).toMatchObject({ component: 'ws_broadcast', status: 'healthy' })
  const stopping = broadcast.stop()
  expect(broadcast.health.reports()[0]).toMatchObject({ status: 'unhealthy' })
  const ends = await Promise.all(clients.map(({ closed }) => closed))
  await stopping
  expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([1012]))
  const moments = clients.map((client) => client.frames.at(-1)?.data.reconnect_after_ms)
  expect(new Set(moments).size).toBe(20)
  expect(clients.every((client) => client.frames.at(-1)?.type === 'goaway')).toBe(true)
  await expect(connectClient(broadcast.url)).rejects.toThrow('ECONNREFUSED')
  await leaks.check()
})

test('a client that does not answer the close cannot hold up the stop', async () => {
  const leaks = watchLeaks()
  const broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url)
  await client.until((frames) => frames.length >= 4)
  client.socket.pause()
  const beganMs = performance.now()
  await broadcast.stop()
  expect(performance.now() - beganMs).toBeLessThan(4_000)
  client.socket.terminate()
  await leaks.check()
})

test('until its slot comes a client is served; nobody new is taken meanwhile', async () => {
  const leaks = watchLeaks()
  const broadcast = await openBroadcast({ config: { limits: { ...defaultLimits, acceptPerSecond: 8 } } })
  const clients: TestClient[] = []
  while (clients.length < 8) clients.push(await connectClient(broadcast.url))
  for (const client of clients) await client.until((frames) => frames.length >= 4)
  const ended: number[] = []
  for (const [index, client] of clients.entries()) void client.closed.then(() => ended.push(index))
  const stopping = broadcast.stop()
  await Promise.all(clients.map((client) => client.until(() => client.of('goaway').length === 1)))
  const moments = clients.map((client) => client.of('goaway')[0]?.data.reconnect_after_ms)
  expect(moments).toEqual([0, 250, 500, 750, 1_000, 1_250, 1_500, 1_750])
  const refused = await refusedUpgrade(broadcast.url, {})
  expect(refused.status).toBe(503)
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  await publishWhale(broadcast.bus, 'w1')
  const last = clients[7]!
  await last.until(() => last.of('whale').length === 1)
  expect(ended).not.toContain(7)
  const ends = await Promise.all(clients.map(({ closed }) => closed))
  await stopping
  expect(new Set(ends.map(({ code }) => code))).toEqual(new Set([1012]))
  expect(ended).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  await leaks.check()
})

test('slots are spread over what the replicas that stay can take', async () => {
  const broadcast = await openBroadcast({ config: { limits: { ...defaultLimits, acceptPerSecond: 20 } } })
  const beat = (instance: string, status: ComponentStatus) =>
    broadcast.bus.beat({
      service: 'ws-broadcast',
      instance,
      started_at_ms: 1,
      sent_at_ms: 1,
      components: [
        { component: 'ws_broadcast', critical: true, status, reason: '', since_ms: 1, details: {} },
      ],
      facts: {},
    })
  await beat('other-1', 'healthy')
  await beat('other-2', 'healthy')
  await beat('ailing', 'unhealthy')
  const clients = await Promise.all(Array.from({ length: 5 }, () => connectClient(broadcast.url)))
  for (const client of clients) await client.until((frames) => frames.length >= 4)
  await broadcast.stop()
  const moments = clients.map((client) => client.of('goaway')[0]?.data.reconnect_after_ms)
  expect(moments.toSorted((a, b) => a - b)).toEqual([0, 50, 100, 150, 200])
})

test('what waits for a slow client is written before it is sent away', async () => {
  const broadcast = await openBroadcast({ config: { clientBufferBytes: 50_000_000 } })
  using client = await connectClient(broadcast.url)
  await client.until((frames) => frames.length >= 4)
  client.socket.pause()
  let published = 0
  while ((await broadcast.metric('ws_queued_bytes')) < 200_000)
    for (let more = 0; more < 500; more += 1) await publishWhale(broadcast.bus, `w${(published += 1)}`)
  const stopping = broadcast.stop()
  client.socket.resume()
  expect((await client.closed).code).toBe(1012)
  await stopping
  expect(client.of('whale')).toHaveLength(published)
  expect(client.of('whale').at(-1)?.offset).toBe(published)
  expect(client.of('goaway')).toHaveLength(1)
})

test('a client that left is forgotten', async () => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url)
  client.socket.close(1000)
  await eventually(() => broadcast.facts.read()['ws_clients'] === 0)
  expect(await broadcast.metric('ws_closed_total', { code: '1000' })).toBe(1)
})
