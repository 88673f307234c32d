import { expect, test } from '@jest/globals'
import { eventually, watchLeaks } from '@whalecast/testkit'
import { connectClient } from './support/connect-client.ts'
import { openBroadcast } from './support/open-broadcast.ts'

test('a stop says goaway with a moment to come back each, closes with 1012, and leaves nothing open', async () => {
  const leaks = watchLeaks()
  const broadcast = await openBroadcast()
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

test('a client that left is forgotten', async () => {
  await using broadcast = await openBroadcast()
  using client = await connectClient(broadcast.url)
  client.socket.close(1000)
  await eventually(() => broadcast.facts.read()['ws_clients'] === 0)
  expect(await broadcast.metric('ws_closed_total', { code: '1000' })).toBe(1)
})
