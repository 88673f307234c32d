import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { openBroadcast } from './support/open-broadcast.ts'
import { publishActivity, publishWhale, putHealth, putQueue } from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

type Answer = {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

function get(url: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(new URL(path, url), { headers, agent: false }, (response) => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
      .on('error', reject)
      .end()
  })
}

const json = async (url: string, path: string) => JSON.parse((await get(url, path)).body)

test('the HTTP API answers with the payloads of the socket', async () => {
  await using broadcast = await openBroadcast()
  const { url, bus } = broadcast
  expect(await json(url, '/v1/health')).toMatchObject({ status: 'unknown', state: 'unknown' })
  expect(await json(url, '/v1/status')).toMatchObject({ state: 'unknown' })
  expect(await get(url, '/v1/whale-queue')).toMatchObject({ status: 503 })
  await putHealth(bus, 1)
  await putQueue(bus, 7)
  for (const id of ['w1', 'w2', 'w3']) await publishWhale(bus, id)
  await publishActivity(bus, 'a1')
  await eventually(async () => (await json(url, '/v1/activity')).activities.length === 1)
  expect(await json(url, '/v1/health')).toMatchObject({ status: 'healthy', state: 'ready' })
  expect(await json(url, '/v1/whale-queue')).toMatchObject({ stats: { trades_seen: 7 } })
  expect((await json(url, '/v1/whales?limit=2')).whales).toMatchObject([
    { whale_id: 'w3' },
    { whale_id: 'w2' },
  ])
  expect((await get(url, '/v1/whales')).headers['cache-control']).toBe('no-store')
})

test.each(['0', '501', '-1', '1.5', 'many', '1&limit=2'])('limit=%s is refused', async (limit) => {
  await using broadcast = await openBroadcast()
  const { status, body } = await get(broadcast.url, `/v1/whales?limit=${limit}`)
  expect(status).toBe(400)
  expect(JSON.parse(body).error.code).toBe('bad_request')
})

test('host and origin are checked for HTTP as well', async () => {
  await using broadcast = await openBroadcast({
    config: { allowed: { origins: ['https://desk.example'], hosts: [] } },
  })
  const { url } = broadcast
  expect((await get(url, '/v1/health', { host: 'evil.example' })).status).toBe(403)
  expect((await get(url, '/', { origin: 'https://evil.example' })).status).toBe(403)
  const allowed = await get(url, '/v1/health', { origin: 'https://desk.example' })
  expect(allowed.headers['access-control-allow-origin']).toBe('https://desk.example')
  expect(await broadcast.metric('ws_refused_total')).toBe(2)
})

test('the console is served with a policy that allows its own files and its own socket only', async () => {
  const consoleDir = await mkdtemp(join(tmpdir(), 'whalecast-console-'))
  try {
    await writeFile(join(consoleDir, 'index.html'), '<!doctype html><title>Whalecast</title>')
    await using broadcast = await openBroadcast({ config: { consoleDir } })
    const { url } = broadcast
    const page = await get(url, '/')
    expect(page).toMatchObject({ status: 200 })
    expect(page.body).toContain('Whalecast')
    const policy = String(page.headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain(`connect-src 'self' ws://${new URL(url).host}`)
    expect(policy).not.toContain('unsafe')
    expect(page.headers['x-content-type-options']).toBe('nosniff')
    expect(page.headers['x-powered-by']).toBeUndefined()
    expect(await get(url, '/nothing')).toMatchObject({ status: 404 })
    expect(await get(url, '/..%2f..%2fetc/passwd')).toMatchObject({ status: 404 })
    expect(await get(url, '/v1/nothing')).toMatchObject({ status: 404 })
  } finally {
    await rm(consoleDir, { recursive: true })
  }
})

test('a console that is not built says so', async () => {
  await using broadcast = await openBroadcast()
  expect((await get(broadcast.url, '/')).body).toContain('the console is not built')
})
