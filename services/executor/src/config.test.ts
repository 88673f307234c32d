import { ConfigError } from '@whalecast/runtime'
import { describe, expect, test } from '@jest/globals'
import { parseConfig } from './config.ts'

const key = { EXECUTOR_KALSHI_API_KEY_ID: 'id', EXECUTOR_KALSHI_PRIVATE_KEY_PATH: '/key.pem' }

describe('parseConfig', () => {
  test('without settings nothing is carried out, and were it, on paper', () => {
    expect(parseConfig({})).toMatchObject({
      trades: false,
      restMs: 120_000,
      broker: { name: 'paper', balanceE6: 1_000e6 },
    })
  })

  test('paper has no endpoint and no key, whatever is set', () => {
    const config = parseConfig({
      ...key,
      TRADING_STRATEGY: 'whale_follower',
      KALSHI_API_URL: 'https://x',
      PAPER_BALANCE_CENTS: '5',
    })
    expect(config).toMatchObject({ trades: true })
    expect(config.broker).toEqual({ name: 'paper', balanceE6: 50_000 })
  })

  test('demo orders at the demo unless it is told of a simulator', () => {
    const demo = parseConfig({ ...key, TRADING_BROKER: 'demo' })
    expect(demo.broker).toMatchObject({
      name: 'demo',
      apiUrl: 'https://external-api.demo.kalshi.co/trade-api/v2',
    })
    const sim = parseConfig({
      ...key,
      TRADING_BROKER: 'demo',
      KALSHI_API_URL: 'http://127.0.0.1:1/trade-api/v2',
    })
    expect(sim.broker).toMatchObject({ apiUrl: 'http://127.0.0.1:1/trade-api/v2' })
  })

  test.each([undefined, '', 'yes', 'i understand', 'I understand.'])(
    'live needs its second setting, and %s is none',
    (confirm) => {
      const live = () => parseConfig({ ...key, TRADING_BROKER: 'live', TRADING_LIVE_CONFIRM: confirm })
      expect(live).toThrow(ConfigError)
      expect(live).toThrow(/TRADING_LIVE_CONFIRM="I understand"/)
    },
  )

  test('the second setting alone makes nothing live', () => {
    expect(parseConfig({ ...key, TRADING_LIVE_CONFIRM: 'I understand' }).broker.name).toBe('paper')
  })

  test('live with both goes to production', () => {
    const config = parseConfig({ ...key, TRADING_BROKER: 'live', TRADING_LIVE_CONFIRM: 'I understand' })
    expect(config.broker).toMatchObject({
      name: 'live',
      apiUrl: 'https://external-api.kalshi.com/trade-api/v2',
    })
  })

  test.each(['demo', 'live'])(
    '%s without its own key: everything that is missing is named at once',
    (broker) => {
      const parse = () => parseConfig({ TRADING_BROKER: broker, EXECUTOR_KALSHI_API_KEY_ID: 'id' })
      expect(parse).toThrow(/EXECUTOR_KALSHI_API_KEY_ID and EXECUTOR_KALSHI_PRIVATE_KEY_PATH/)
      if (broker === 'live') expect(parse).toThrow(/TRADING_LIVE_CONFIRM[^]*EXECUTOR_KALSHI/)
    },
  )
})
