import { describe, expect, test } from '@jest/globals'
import { ConfigError } from '@whalecast/runtime'
import { parseConfig } from './config.ts'

describe('parseConfig', () => {
  test('without settings: the ten largest of five minutes from $100, whales from $10,000', () => {
    expect(parseConfig({}).rule).toEqual({
      queueSize: 10,
      windowMs: 300_000,
      minSizeE6: 100e6,
      eventMinPayoutE6: 10_000e6,
      metric: 'payout',
    })
  })

  test('every setting is read', () => {
    const config = parseConfig({
      REDIS_URL: 'redis://127.0.0.1:7000',
      WHALECAST_KEY_PREFIX: 'other',
      WHALE_QUEUE_SIZE: '3',
      WHALE_WINDOW_MINUTES: '0.5',
      WHALE_MIN_SIZE_CENTS: '1',
      WHALE_EVENT_MIN_SIZE_CENTS: '200',
      WHALE_SIZE_METRIC: 'risk',
    })
    expect(config).toEqual({
      redisUrl: 'redis://127.0.0.1:7000',
      keyPrefix: 'other',
      rule: {
        queueSize: 3,
        windowMs: 30_000,
        minSizeE6: 10_000,
        eventMinPayoutE6: 2e6,
        metric: 'risk',
      },
    })
  })

  test('all bad settings are named at once', () => {
    const bad = () => parseConfig({ WHALE_QUEUE_SIZE: '0', WHALE_SIZE_METRIC: 'volume' })
    expect(bad).toThrow(ConfigError)
    expect(bad).toThrow(/WHALE_QUEUE_SIZE[^]*WHALE_SIZE_METRIC/)
  })
})
