import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { connectClient, refusedUpgrade } from './support/connect-client.ts'
import { defaultLimits, openBroadcast } from './support/open-broadcast.ts'
import { publishWhale } from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

describe('before the upgrade', () => {
  test('a page from elsewhere gets 403 and costs no connection, on loopback too', async () => {
    await using broadcast = await openBroadcast({
      config: { allowed: { origins: ['https://desk.example'], hosts: [] } },
    })
    const { url } = broadcast
    expect((await refusedUpgrade(url, { origin: 'https://evil.example' })).status).toBe(403)
    expect((await refusedUpgrade(url, { origin: 'null' })).status).toBe(403)
    expect((await refusedUpgrade(url, { host: 'evil.example:8080' })).status).toBe(403)
    expect((await refusedUpgrade(url, {}, 'other')).status).toBe(404)
    expect(await broadcast.metric('ws_refused_total', { reason: 'origin' })).toBe(2)
    expect(await broadcast.metric('ws_refused_total', { reason: 'host' })).toBe(1)
    expect(broadcast.facts.read()['ws_clients']).toBe(0)
    for (const origin of ['https://desk.example', url.slice(0, -1), 'http://localhost:5173']) {
      using client = await connectClient(url, { origin })
      await client.until((frames) => frames.length > 0)
    }
  })

  test('above the limit of clients the answer is 503 and when to come back', async () => {
    await using broadcast = await openBroadcast({ config: { limits: { ...defaultLimits, clients: 1 } } })
    const client = await connectClient(broadcast.url)
    const refused = await refusedUpgrade(broadcast.url, {})
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
    expect(await broadcast.metric('ws_refused_total', { reason: 'capacity' })).toBe(1)
    client.socket.terminate()
    await eventually(() => broadcast.facts.read()['ws_clients'] === 0)
    using next = await connectClient(broadcast.url)
    await next.until((frames) => frames.length > 0)
  })
})

describe('what a client sends', () => {
  test('bad JSON, unknown types and binary are answered with an error, counted, and change nothing', async () => {
    await using broadcast = await openBroadcast()
    using client = await connectClient(broadcast.url)
    client.send('{"type":')
    client.send({ type: 'buy' })
    client.send({ type: 'subscribe', channels: 'tape' })
    client.socket.send(Buffer.from('{"type":"ping"}'), { binary: true })
    await client.until(() => client.of('error').length === 4)
    const codes = client.of('error').map(({ data }) => data.code)
    expect(codes).toEqual(['bad_json', 'unknown_type', 'bad_frame', 'binary'])
    for (const reason of codes) expect(await broadcast.metric('ws_client_problems_total', { reason })).toBe(1)
    await publishWhale(broadcast.bus, 'w1')
    await client.until(() => client.of('whale').length === 1)
  })

  test('16 KB is read, more ends the connection with 1009', async () => {
    await using broadcast = await openBroadcast()
    using client = await connectClient(broadcast.url)
    client.send(JSON.stringify({ type: 'ping', pad: 'x'.repeat(16 * 1024 - 30) }).padEnd(16 * 1024))
    await client.until(() => client.of('pong').length === 1)
    client.send(' '.repeat(16 * 1024 + 1))
    expect((await client.closed).code).toBe(1009)
    await eventually(() => broadcast.facts.read()['ws_clients'] === 0)
    expect(await broadcast.metric('ws_client_problems_total', { reason: 'too_big' })).toBe(1)
  })

  test('a flood gets an error, then 4029; others do not notice', async () => {
    await using broadcast = await openBroadcast()
    using well = await connectClient(broadcast.url)
    using flood = await connectClient(broadcast.url)
    for (let index = 0; index < 500; index++) flood.send({ type: 'ping' })
    expect((await flood.closed).code).toBe(4029)
    expect(flood.of('error').map(({ data }) => data.code)).toEqual(['rate_limited'])
    expect(flood.of('pong').length).toBeLessThan(100)
    await publishWhale(broadcast.bus, 'w1')
    await well.until(() => well.of('whale').length === 1)
    expect(await broadcast.metric('ws_closed_total', { code: '4029' })).toBe(1)
    expect(await broadcast.metric('ws_client_problems_total', { reason: 'rate_limited' })).toBeGreaterThan(50)
  })
})

test('a port in use is one clear error that names the setting', async () => {
  await using broadcast = await openBroadcast()
  const port = Number(new URL(broadcast.url).port)
  await expect(openBroadcast({ config: { http: { host: '127.0.0.1', port } } })).rejects.toThrow(
    `port ${port} on 127.0.0.1 is in use: set WHALECAST_HTTP_PORT`,
  )
})
