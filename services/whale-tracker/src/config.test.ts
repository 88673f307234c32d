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

  test('without settings: nothing is followed, and what would bound it', () => {
    expect(parseConfig({}).follow).toEqual({
      strategy: 'hold',
      tradesPerMinute: 3,
      maxAgeMs: 10_000,
      countE2: 500,
      maxMoveE4: 100,
      maxSpreadE4: 300,
      maxPositionE2: 10_000,
      maxPortfolioE6: 500e6,
      maxDailyTrades: 20,
      maxDailyLossE6: 100e6,
      maxFailures: 5,
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
      TRADING_STRATEGY: 'paper_test',
      WHALE_MAX_TRADES_PER_MINUTE: '6',
      WHALE_MAX_AGE_SECONDS: '4.5',
      WHALE_FOLLOW_CONTRACTS: '7',
      WHALE_MAX_PRICE_MOVE_CENTS: '2',
      WHALE_MAX_SPREAD_CENTS: '0.5',
      WHALE_MAX_POSITION_CONTRACTS: '8',
      WHALE_MAX_PORTFOLIO_CENTS: '9',
      WHALE_MAX_DAILY_TRADES: '10',
      WHALE_MAX_DAILY_LOSS_CENTS: '11',
      WHALE_MAX_FAILURES: '12',
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
      follow: {
        strategy: 'paper_test',
        tradesPerMinute: 6,
        maxAgeMs: 4_500,
        countE2: 700,
        maxMoveE4: 200,
        maxSpreadE4: 50,
        maxPositionE2: 800,
        maxPortfolioE6: 90_000,
        maxDailyTrades: 10,
        maxDailyLossE6: 110_000,
        maxFailures: 12,
      },
    })
  })

  test('all bad settings are named at once', () => {
    const bad = () => parseConfig({ WHALE_QUEUE_SIZE: '0', WHALE_SIZE_METRIC: 'volume' })
    expect(bad).toThrow(ConfigError)
    expect(bad).toThrow(/WHALE_QUEUE_SIZE[^]*WHALE_SIZE_METRIC/)
  })
})
