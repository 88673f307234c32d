import { setting } from './setting.ts'
import { decimal, integer } from './setting-parsers.ts'

const usedBy = ['whale-tracker'] as const

/** How whales are followed, and what bounds it; without effect while TRADING_STRATEGY is `hold`. */
export const followSettings = {
  WHALE_MAX_TRADES_PER_MINUTE: setting({
    parse: integer(1, 600),
    default: 3,
    meaning: 'whales that may be followed at once; one more becomes free each minute divided by it',
    usedBy,
  }),
  WHALE_MAX_AGE_SECONDS: setting({
    parse: decimal(0.1, 3_600),
    default: 10,
    meaning: 'a whale older than this is not followed',
    usedBy,
  }),
  WHALE_FOLLOW_CONTRACTS: setting({
    parse: integer(1, 100_000),
    default: 5,
    meaning: 'contracts bought for each whale that is followed',
    usedBy,
  }),
  WHALE_MAX_PRICE_MOVE_CENTS: setting({
    parse: decimal(0, 100),
    default: 1,
    meaning: 'how far the ask may be from the price that the whale paid',
    usedBy,
  }),
  WHALE_MAX_SPREAD_CENTS: setting({
    parse: decimal(0, 100),
    default: 3,
    meaning: 'widest spread of a market in which a whale is followed',
    usedBy,
  }),
  WHALE_MAX_POSITION_CONTRACTS: setting({
    parse: integer(1),
    default: 100,
    meaning: 'contracts that may be held of one market',
    usedBy,
  }),
  WHALE_MAX_PORTFOLIO_CENTS: setting({
    parse: integer(0),
    default: 50_000,
    meaning: 'what all positions and waiting orders may have cost together',
    usedBy,
  }),
  WHALE_MAX_DAILY_TRADES: setting({
    parse: integer(0),
    default: 20,
    meaning: 'whales that are followed on one day (UTC)',
    usedBy,
  }),
  WHALE_MAX_DAILY_LOSS_CENTS: setting({
    parse: integer(1),
    default: 10_000,
    meaning: 'realized loss of a day (UTC), fees included, from which on no whale is followed until the next',
    usedBy,
  }),
  WHALE_MAX_FAILURES: setting({
    parse: integer(1),
    default: 5,
    meaning: 'orders that may fail in a row before following rests for ten minutes',
    usedBy,
  }),
} as const
