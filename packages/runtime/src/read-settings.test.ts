import { describe, expect, test } from '@jest/globals'
import { ConfigError, readSettings, type Env } from './read-settings.ts'
import { settings, type SettingName } from './settings.ts'

function problemsOf(env: Env, names: readonly SettingName[] = []): readonly string[] {
  try {
    readSettings(env, names)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('readSettings', () => {
  test('gives defaults, typed by the table', () => {
    const set = readSettings({}, ['WHALE_QUEUE_SIZE', 'WHALE_SIZE_METRIC', 'KALSHI_WS_URL'])
    const size: number = set.WHALE_QUEUE_SIZE
    const url: string | undefined = set.KALSHI_WS_URL
    expect({ size, url, metric: set.WHALE_SIZE_METRIC }).toEqual({
      size: 10,
      url: undefined,
      metric: 'payout',
    })
  })

  test.each<{ note: string; env: Env; value: unknown; name: SettingName }>([
    { note: 'a number', env: { WHALE_QUEUE_SIZE: '25' }, name: 'WHALE_QUEUE_SIZE', value: 25 },
    { note: 'spaces around it', env: { WHALE_QUEUE_SIZE: ' 25 ' }, name: 'WHALE_QUEUE_SIZE', value: 25 },
    { note: 'empty is unset', env: { WHALE_QUEUE_SIZE: '' }, name: 'WHALE_QUEUE_SIZE', value: 10 },
    { note: 'blank is unset', env: { WHALE_QUEUE_SIZE: '  ' }, name: 'WHALE_QUEUE_SIZE', value: 10 },
    { note: 'a fraction', env: { WHALE_WINDOW_MINUTES: '0.5' }, name: 'WHALE_WINDOW_MINUTES', value: 0.5 },
    {
      note: 'a list with every comma',
      env: { WHALECAST_BOOK_MARKETS: 'A, B,,C,' },
      name: 'WHALECAST_BOOK_MARKETS',
      value: ['A', 'B', 'C'],
    },
    { note: 'a URL', env: { KALSHI_WS_URL: 'ws://h:1/p/' }, name: 'KALSHI_WS_URL', value: 'ws://h:1/p' },
    {
      note: 'several Redis URLs',
      env: { REDIS_URL: 'redis://a:1,redis://b:2' },
      name: 'REDIS_URL',
      value: 'redis://a:1,redis://b:2',
    },
  ])('reads $note', ({ env, name, value }) => {
    expect(readSettings(env, [name])[name]).toEqual(value)
  })

  test.each<{ env: Env; problem: string }>([
    {
      env: { WHALE_QUEUE_SIZE: '10x' },
      problem: 'WHALE_QUEUE_SIZE="10x": expected a whole number from 1 to 1000',
    },
    {
      env: { WHALE_QUEUE_SIZE: '1e1' },
      problem: 'WHALE_QUEUE_SIZE="1e1": expected a whole number from 1 to 1000',
    },
    {
      env: { WHALE_QUEUE_SIZE: '0' },
      problem: 'WHALE_QUEUE_SIZE="0": expected a whole number from 1 to 1000',
    },
    {
      env: { WHALECAST_QUEUE_CAPACITY: '-1' },
      problem: 'WHALECAST_QUEUE_CAPACITY="-1": expected a whole number of at least 1',
    },
    {
      env: { WHALE_WINDOW_MINUTES: '0' },
      problem: 'WHALE_WINDOW_MINUTES="0": expected a number from 0.01 to 1440',
    },
    { env: { LOG_LEVEL: 'INFO' }, problem: 'LOG_LEVEL="INFO": expected one of error, warn, info, debug' },
    {
      env: { KALSHI_API_URL: 'ws://x' },
      problem: 'KALSHI_API_URL="ws://x": expected a URL that begins with http:// or https://',
    },
    {
      env: { REDIS_URL: 'localhost' },
      problem: 'REDIS_URL="localhost": expected a URL that begins with redis',
    },
    { env: { WHALE_QUEU_SIZE: '1' }, problem: 'WHALE_QUEU_SIZE: unknown; did you mean WHALE_QUEUE_SIZE?' },
    { env: { WHALECAST_SOMETHING_ELSE: '1' }, problem: 'WHALECAST_SOMETHING_ELSE: unknown' },
    { env: { PAPER_MONEY: '1' }, problem: 'PAPER_MONEY: unknown' },
    { env: { TRADING_X: '' }, problem: 'TRADING_X: unknown' },
  ])('names $env', ({ env, problem }) => {
    const problems = problemsOf(env)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(problem)
  })

  test('names everything that is wrong at once, also what was not asked for', () => {
    const env = { WHALE_QUEUE_SIZE: 'a', LOG_FORMAT: 'xml', WHALE_TYPO: '1', SIM_RATE: '-4', PATH: '/bin' }
    expect(problemsOf(env, ['LOG_LEVEL'])).toHaveLength(4)
    expect(() => readSettings(env, [])).toThrow(
      /WHALE_QUEUE_SIZE[\s\S]*LOG_FORMAT[\s\S]*SIM_RATE[\s\S]*WHALE_TYPO/,
    )
  })

  test('the write key is refused by every process but its own', () => {
    const env = { EXECUTOR_KALSHI_API_KEY_ID: 'hush', EXECUTOR_KALSHI_PRIVATE_KEY_PATH: '/hush' }
    const read = (reader?: string) => readSettings(env, ['LOG_LEVEL'], reader)
    for (const reader of [undefined, 'ingest']) {
      expect(() => read(reader)).toThrow(/_KEY_ID: belongs to executor alone[^]*_KEY_PATH: belongs/)
      expect(() => read(reader)).not.toThrow(/hush/)
    }
    expect(read('executor').LOG_LEVEL).toBe('info')
    expect(readSettings(env, ['EXECUTOR_KALSHI_API_KEY_ID', 'EXECUTOR_KALSHI_PRIVATE_KEY_PATH'])).toEqual(env)
  })

  test('never shows the value of a secret', () => {
    const env = { SIM_KEY_ID: 'x', KALSHI_API_KEY_ID: 'hush', KALSHI_SECRET: 'hush', WHALE_X: 'hush' }
    expect(problemsOf(env).join()).not.toContain('hush')
  })

  test('leaves what belongs to others alone', () => {
    expect(problemsOf({ PATH: '/bin', WHALER: '1', HTTP_PROXY: 'x', WHALECAST_TEST_TIER: 'unit' })).toEqual(
      [],
    )
  })
})

describe('the table', () => {
  test.each(Object.entries(settings))('%s: its default is one that its parser accepts', (_name, setting) => {
    if (setting.default === undefined) return
    const asText = Array.isArray(setting.default) ? setting.default.join(',') : String(setting.default)
    if (asText !== '') expect(setting.parse(asText)).toEqual(setting.default)
    expect(setting.meaning).toMatch(/\w/)
  })
})
