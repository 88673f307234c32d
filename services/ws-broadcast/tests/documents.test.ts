import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import asyncSpecs from '@asyncapi/specs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { eventually, watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { Ajv } from 'ajv'
import { connectClient } from './support/connect-client.ts'
import { danglingRefs } from './support/documents.ts'
import { ask, get } from './support/http.ts'
import { openBroadcast, type Broadcast } from './support/open-broadcast.ts'
import {
  publishActivity,
  publishDecision,
  publishFeedGap,
  publishFeedState,
  publishProcessing,
  publishWhale,
  putBook,
  putFollow,
  putHealth,
  putMarket,
  putQueue,
  putStatus,
  putTicker,
  putTradingState,
  sampleTrade,
} from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

const document = async (url: string, path: string) => JSON.parse((await get(url, path)).body)

test('the OpenAPI document is one, and describes the whole HTTP API', async () => {
  await using broadcast = await openBroadcast()
  const served = await document(broadcast.url, '/openapi.json')
  expect(await new Validator().validate(structuredClone(served))).toEqual({ valid: true })
  const nameless = { ...served, info: { version: '1' } }
  expect(await new Validator().validate(nameless)).toMatchObject({ valid: false })
  expect(danglingRefs(served)).toEqual([])
  expect(Object.keys(served.paths).toSorted()).toEqual([
    '/asyncapi.json',
    '/openapi.json',
    '/sse',
    '/v1/activity',
    '/v1/cleanup',
    '/v1/clients',
    '/v1/decisions',
    '/v1/health',
    '/v1/markets/{ticker}',
    '/v1/markets/{ticker}/book',
    '/v1/status',
    '/v1/trades',
    '/v1/trading-state',
    '/v1/whale-queue',
    '/v1/whales',
  ])
  const { parameters } = served.paths['/v1/whales'].get
  expect(parameters).toContainEqual({
    name: 'limit',
    in: 'query',
    required: false,
    description: 'a whole number from 1 to 500',
    schema: { type: 'integer', minimum: 1, maximum: 500 },
  })
})

test('the AsyncAPI document is one, and tells where this server is', async () => {
  await using broadcast = await openBroadcast()
  const served = await document(broadcast.url, '/asyncapi.json')
  // The official schema brings its own copy of draft 7.
  const ajv = new Ajv({ strict: false, meta: false, validateSchema: false, logger: false })
  const official: object = asyncSpecs.schemas['3.0.0']
  const validate = ajv.compile({ ...official, $id: 'asyncapi' })
  validate(served)
  expect(validate.errors).toBeNull()
  expect(validate({ ...served, info: { title: 'no version' } })).toBe(false)
  expect(danglingRefs(served)).toEqual([])
  expect(served.servers.here.host).toBe(new URL(broadcast.url).host)
  expect(served.channels.tape).toMatchObject({ address: 'tape:{ticker}', 'x-also-without-ticker': true })
  expect(served.channels.decisions).toMatchObject({ address: 'decisions', 'x-scope': 'account' })
})

async function publishEverything({ bus }: Broadcast): Promise<void> {
  await putHealth(bus, 1)
  await putStatus(bus, 1)
  await putQueue(bus, 1)
  await putFollow(bus, 1)
  await putTradingState(bus, 1)
  await putTradingState(bus, 2)
  await putMarket(bus, 'KXA', 'Will it rain?')
  await putBook(bus, 'KXA', 40)
  await putBook(bus, 'KXB', 40)
  await putBook(bus, 'KXB', 41)
  await putTicker(bus, 'KXA', 40)
  await publishActivity(bus, 'a1')
  await publishFeedGap(bus, 'g1')
  await publishFeedState(bus, 's1')
  await publishProcessing(bus, 'w1')
  await publishDecision(bus, 'w1')
  await publishWhale(bus, 'w1')
  bus.print('tape', 'trade', [sampleTrade('1', 'KXA')])
}

// Every frame that a client of these tests gets, here and elsewhere, is held against the document.
test('each message of the AsyncAPI document comes over a real socket as it is described', async () => {
  await using broadcast = await openBroadcast({ config: { pingIntervalMs: 100, ...someTokens } })
  const { url } = broadcast
  using client = await connectClient(url, { headers: { authorization: 'Bearer a' } })
  using other = await connectClient(url, { headers: { authorization: 'Bearer a' } })
  client.send({
    type: 'subscribe',
    channels: ['feed', 'follow', 'tape', 'tape:KXA', 'book:KXA', 'ticker:KXA'],
  })
  client.send({ type: 'subscribe', channels: ['trading_state', 'book:KXB'], delta: true })
  client.send({ type: 'subscribe', channels: ['tape:KXA*'], filter: { min_size_dollars: 1 }, max_hz: 5 })
  other.send({ type: 'subscribe', channels: ['whales'], resume: { whales: { epoch: 1, offset: 1 } } })
  other.send({ type: 'unsubscribe', channels: ['whales'] })
  other.send({ type: 'subscribe', channels: ['whales'], resume: { whales: { epoch: 1, offset: 1 } } })
  client.send({ type: 'auth', token: 'a' })
  client.send({ type: 'ping' })
  client.send({ type: 'nonsense' })
  await client.until(() => client.of('error').length === 1)
  await publishEverything(broadcast)
  const { components } = await document(url, '/asyncapi.json')
  const described = Object.keys(components.messages).filter((name) => !name.startsWith('client_'))
  const missing = () => {
    const seen = new Set([...client.frames, ...other.frames].map(({ type }) => type))
    return described.filter((type) => !seen.has(type))
  }
  await client.until(() => client.of('trading_state_delta').length === 1 && client.of('ping').length > 1)
  await other.until(() => missing().every((type) => type === 'goaway'))
  await broadcast.stop()
  await client.closed
  expect(missing()).toEqual([])
})

const sha256 = (text: string) => createHash('sha256').update(text).digest()
const someTokens = {
  access: {
    tokens: [
      { name: 'desk', hash: sha256('a'), scopes: ['market', 'account', 'admin'] as const },
      { name: 'wall', hash: sha256('w'), scopes: ['market'] as const },
    ],
    tokensFile: undefined,
    dataDir: '/nonexistent',
  },
}

// `ask` and `get` hold every answer, here and elsewhere, against the document.
test('each path of the OpenAPI document answers as it is described, also to whoever may not ask', async () => {
  await using broadcast = await openBroadcast({ config: someTokens })
  const { url } = broadcast
  const before = await document(url, '/openapi.json')
  const paths: [string, { get?: object; post?: object }][] = Object.entries(before.paths)
  // An event stream has no end; its tests are its own.
  const asked = paths
    .filter(([path]) => path !== '/sse')
    .map(([path, { get: read }]) => ({
      path: path.replace('{ticker}', 'KXA'),
      method: read ? 'GET' : 'POST',
    }))
  const statuses = async (headers: Readonly<Record<string, string>>, query = '') => {
    const answers = asked.map(({ path, method }) => ask(url, path + query, { method, headers }))
    return new Set((await Promise.all(answers)).map(({ status }) => status))
  }
  const desk = { authorization: 'Bearer a' }
  expect(await statuses(desk)).toEqual(new Set([200, 404, 503]))
  await publishEverything(broadcast)
  await eventually(async () => (await ask(url, '/v1/trading-state', { headers: desk })).status === 200)
  // Nobody plays executor: that is what the cleanup says.
  expect(await statuses(desk)).toEqual(new Set([200, 503]))
  expect(await statuses({})).toEqual(new Set([200, 401]))
  expect(await statuses({ authorization: 'Bearer w' })).toEqual(new Set([200, 403]))
  expect(await statuses({ authorization: 'Bearer none' })).toEqual(new Set([401]))
  expect(await statuses({ host: 'evil.example' })).toEqual(new Set([403]))
  expect(await statuses(desk, '?nonsense=1')).toEqual(new Set([400]))
})
