import { expect, test } from '@jest/globals'
import { ConfigError } from '@whalecast/runtime'
import { parseConfig } from './config.ts'

const credentials = { KALSHI_API_KEY_ID: 'key', KALSHI_PRIVATE_KEY_PATH: '/keys/private.pem' }

function problemsOf(env: Record<string, string>): string {
  try {
    parseConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  throw new Error('the settings were accepted')
}

test('credentials are enough; everything else has a default', () => {
  expect(parseConfig(credentials)).toMatchObject({
    redisUrl: 'redis://127.0.0.1:6379',
    exchange: {
      keyId: 'key',
      privateKeyPath: '/keys/private.pem',
      wsUrl: expect.stringContaining('kalshi.com'),
      apiUrl: expect.stringContaining('kalshi.com'),
    },
    queueCapacity: 100_000,
    bookMarkets: [],
  })
})

test('the demo has other endpoints, and both can be overridden', () => {
  const demo = parseConfig({ ...credentials, KALSHI_ENV: 'demo' }).exchange
  expect([demo.wsUrl, demo.apiUrl]).toEqual([
    expect.stringContaining('demo'),
    expect.stringContaining('demo'),
  ])
  const own = { KALSHI_WS_URL: 'ws://127.0.0.1:1/ws', KALSHI_API_URL: 'http://127.0.0.1:1/api' }
  expect(parseConfig({ ...credentials, ...own }).exchange).toMatchObject({
    wsUrl: 'ws://127.0.0.1:1/ws',
    apiUrl: 'http://127.0.0.1:1/api',
  })
})

test.each([
  { strategy: 'hold', broker: 'paper', followsAccount: true },
  { strategy: 'hold', broker: 'live', followsAccount: true },
  { strategy: 'whale_follower', broker: 'paper', followsAccount: false },
  { strategy: 'paper_test', broker: 'paper', followsAccount: false },
  { strategy: 'whale_follower', broker: 'demo', followsAccount: true },
])('$strategy through $broker: the account of the exchange is followed: $followsAccount', (row) => {
  const trading = { TRADING_STRATEGY: row.strategy, TRADING_BROKER: row.broker }
  expect(parseConfig({ ...credentials, ...trading }).followsAccount).toBe(row.followsAccount)
})

test.each([
  { note: 'no credentials', env: {} },
  { note: 'a key without its file', env: { KALSHI_API_KEY_ID: 'key' } },
  { note: 'a file without its key', env: { KALSHI_PRIVATE_KEY_PATH: '/keys/private.pem' } },
])('$note: both variables are named', ({ env }) => {
  const problems = problemsOf(env)
  expect(problems).toContain('KALSHI_API_KEY_ID')
  expect(problems).toContain('KALSHI_PRIVATE_KEY_PATH')
})

test('everything that is bad is named at once', () => {
  const problems = problemsOf({
    ...credentials,
    KALSHI_ENV: 'test',
    WHALECAST_QUEUE_CAPACITY: 'many',
    KALSHI_WS_URL: 'http://x',
  })
  for (const name of ['KALSHI_ENV', 'WHALECAST_QUEUE_CAPACITY', 'KALSHI_WS_URL'])
    expect(problems).toContain(name)
})
