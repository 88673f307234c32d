import { setting } from './setting.ts'
import { decimal, integer, text } from './setting-parsers.ts'

const usedBy = ['executor'] as const

/** Where orders go and what the process that places them needs; without effect while TRADING_STRATEGY is `hold`. */
export const executorSettings = {
  TRADING_LIVE_CONFIRM: setting({
    parse: text,
    default: undefined,
    meaning:
      'the second of two settings without which no order reaches the real exchange: exactly `I understand`, beside TRADING_BROKER=live',
    usedBy,
  }),
  TRADING_ORDER_LIFE_SECONDS: setting({
    parse: decimal(0, 3_600),
    default: 120,
    meaning: 'how long what is not filled at once stays in the book; 0: not at all',
    usedBy,
  }),
  PAPER_BALANCE_CENTS: setting({
    parse: integer(1),
    default: 100_000,
    meaning: 'what a paper account begins with; one that exists keeps its own money',
    usedBy,
  }),
  EXECUTOR_KALSHI_API_KEY_ID: setting({
    parse: text,
    default: undefined,
    meaning: 'the key that may order, for the brokers `demo` and `live`; no other process starts with it',
    usedBy,
    only: 'executor',
  }),
  EXECUTOR_KALSHI_PRIVATE_KEY_PATH: setting({
    parse: text,
    default: undefined,
    meaning: 'file with that key’s private half (PEM; RSA or Ed25519)',
    usedBy,
    only: 'executor',
  }),
} as const
