import { countE2Of, isTicker, priceE4Of, timeMsOf, type Fields } from './fields.ts'
import type { InvalidReason, TickerUpdate } from './frames.ts'

const dollarE4 = 10_000

/** The newest figures of a market, or the reason why they are none. */
export function parseTicker(fields: Fields): TickerUpdate | InvalidReason {
  const marketTicker = fields['market_ticker']
  if (!isTicker(marketTicker)) return 'market_ticker_malformed'
  const last = optionalPrice(fields['price_dollars'], fields['price'])
  const bid = optionalPrice(fields['yes_bid_dollars'], fields['yes_bid'])
  const ask = optionalPrice(fields['yes_ask_dollars'], fields['yes_ask'])
  if (isBad(last) || isBad(bid) || isBad(ask)) return 'price_malformed'
  if (isOutside(last) || isOutside(bid) || isOutside(ask)) return 'price_out_of_range'

  const bidSize = optionalCount(fields['yes_bid_size_fp'], undefined)
  const askSize = optionalCount(fields['yes_ask_size_fp'], undefined)
  const lastSize = optionalCount(fields['last_trade_size_fp'], undefined)
  const volume = optionalCount(fields['volume_fp'], fields['volume'])
  const interest = optionalCount(fields['open_interest_fp'], fields['open_interest'])
  if (isBad(bidSize) || isBad(askSize) || isBad(lastSize) || isBad(volume) || isBad(interest)) {
    return 'count_malformed'
  }
  if (isNegative(bidSize) || isNegative(askSize) || isNegative(lastSize)) return 'count_out_of_range'
  if (isNegative(volume) || isNegative(interest)) return 'count_out_of_range'

  const changedAtMs = timeMsOf(fields['ts_ms'] ?? fields['ts'] ?? fields['time'])
  if (changedAtMs === undefined) return 'time_missing'
  if (Number.isNaN(changedAtMs)) return 'time_malformed'
  return {
    market_ticker: marketTicker,
    last_price_e4: last,
    yes_bid_e4: bid,
    yes_ask_e4: ask,
    yes_bid_size_e2: bidSize,
    yes_ask_size_e2: askSize,
    last_size_e2: lastSize,
    volume_e2: volume,
    open_interest_e2: interest,
    changed_at_ms: changedAtMs,
  }
}

/** Markets without a print yet carry an empty text in place of a price. */
function optionalPrice(dollars: unknown, cents: unknown): number | null {
  return dollars === '' ? null : (priceE4Of(dollars, cents) ?? null)
}

function optionalCount(fixedPoint: unknown, whole: unknown): number | null {
  return countE2Of(fixedPoint, whole) ?? null
}

function isBad(value: number | null): boolean {
  return value !== null && Number.isNaN(value)
}

function isNegative(countE2: number | null): boolean {
  return countE2 !== null && countE2 < 0
}

function isOutside(priceE4: number | null): boolean {
  return priceE4 !== null && (priceE4 < 0 || priceE4 > dollarE4)
}
