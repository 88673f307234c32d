import type { FeeRule, Market } from '@whalecast/events'
import { decisionOf } from '../decision.ts'
import { isFields, isTicker, textOf, timeMsOf } from '../fields.ts'

/** An event: the question that its markets answer. */
export type ExchangeEvent = {
  readonly event_ticker: string
  readonly series_ticker: string | null
  readonly title: string | null
  readonly sub_title: string | null
  readonly category: string | null
  /** Empty unless the exchange nested them. */
  readonly markets: readonly Market[]
}

/** What a series takes for a trade, as REST serves it; undefined when it does not say both. */
export function parseSeries(value: unknown): { readonly ticker: string; readonly fees: FeeRule } | undefined {
  if (!isFields(value)) return undefined
  const ticker = value['ticker']
  const type = textOf(value['fee_type'])
  const multiplier = value['fee_multiplier']
  if (!isTicker(ticker) || type === null) return undefined
  if (typeof multiplier !== 'number' || !(multiplier >= 0)) return undefined
  return { ticker, fees: { type, multiplier } }
}

/** A market as REST serves it; undefined when it is none. Everything but its ticker may be missing. */
export function parseMarket(value: unknown): Market | undefined {
  if (!isFields(value)) return undefined
  const ticker = value['ticker']
  if (!isTicker(ticker)) return undefined
  const subTitle = textOf(value['yes_sub_title']) ?? textOf(value['subtitle'])
  return {
    market_ticker: ticker,
    event_ticker: textOf(value['event_ticker']),
    title: textOf(value['title']) ?? subTitle ?? ticker,
    sub_title: subTitle,
    status: textOf(value['status']) ?? 'unknown',
    close_at_ms: dateMsOf(value['close_time']),
    ...decisionOf(value['result'], value['settlement_value_dollars']),
  }
}

/** An event as REST serves it; undefined when it is none. */
export function parseEvent(value: unknown, markets?: unknown): ExchangeEvent | undefined {
  if (!isFields(value)) return undefined
  const ticker = value['event_ticker']
  if (!isTicker(ticker)) return undefined
  const nested = value['markets'] ?? markets
  return {
    event_ticker: ticker,
    series_ticker: textOf(value['series_ticker']),
    title: textOf(value['title']),
    sub_title: textOf(value['sub_title']),
    category: textOf(value['category']),
    markets: Array.isArray(nested) ? nested.flatMap((market) => parseMarket(market) ?? []) : [],
  }
}

/** Unix ms of an RFC 3339 text, or null. */
export function dateMsOf(value: unknown): number | null {
  const ms = typeof value === 'string' ? timeMsOf(value) : undefined
  return ms === undefined || Number.isNaN(ms) ? null : ms
}
