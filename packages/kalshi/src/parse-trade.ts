import type { Side, Trade } from '@whalecast/events'
import { countE2Of, isTicker, priceE4Of, timeMsOf, type Fields } from './fields.ts'
import type { InvalidReason } from './frames.ts'

const dollarE4 = 10_000
// Count × price stays below 2^53, so sizes are exact: 9 billion contracts in one print.
const maxCountE2 = 900_000_000_000

/**
 * A print in any of the exchange's forms, from the socket or from REST, as the one record of ours; or the reason why
 * it is none. Checked by hand and not by a schema, like everything on the way of each frame: this runs for every
 * print and has to stay small beside JSON.parse.
 */
export function parseTrade(fields: Fields, receivedAtMs: number): Trade | InvalidReason {
  const id = fields['trade_id']
  if (typeof id !== 'string' || id.length === 0 || id.length > 64) return 'trade_id_malformed'
  const marketTicker = fields['market_ticker'] ?? fields['ticker']
  if (!isTicker(marketTicker)) return 'market_ticker_malformed'

  const price = yesPriceE4(fields)
  if (typeof price !== 'number') return price

  const count = countE2Of(fields['count_fp'], fields['count'])
  if (count === undefined) return 'count_missing'
  if (Number.isNaN(count)) return 'count_malformed'
  if (count <= 0 || count > maxCountE2) return 'count_out_of_range'

  const executedAtMs = timeMsOf(fields['ts_ms'] ?? fields['ts'] ?? fields['created_time'])
  if (executedAtMs === undefined) return 'time_missing'
  if (Number.isNaN(executedAtMs)) return 'time_malformed'

  // Older than the flag itself are prints without it; then nothing was marked.
  const block = fields['is_block_trade'] ?? false
  if (typeof block !== 'boolean') return 'block_flag_malformed'

  return {
    trade_id: id,
    market_ticker: marketTicker,
    taker_side: takerSide(fields),
    yes_price_e4: price,
    count_e2: count,
    is_block_trade: block,
    executed_at_ms: executedAtMs,
    received_at_ms: receivedAtMs,
  }
}

function yesPriceE4(fields: Fields): number | InvalidReason {
  // `price` is what the oldest frames called the YES price in cents.
  const yes = priceE4Of(fields['yes_price_dollars'], fields['yes_price'] ?? fields['price'])
  const no = priceE4Of(fields['no_price_dollars'], fields['no_price'])
  const price = yes ?? (no === undefined ? undefined : dollarE4 - no)
  if (price === undefined) return 'price_missing'
  if (Number.isNaN(price) || (no !== undefined && Number.isNaN(no))) return 'price_malformed'
  if (price < 0 || price > dollarE4) return 'price_out_of_range'
  return no === undefined || price + no === dollarE4 ? price : 'prices_disagree'
}

/** What the taker ended up long. An unknown word is no answer; without an answer the side stays unknown. */
function takerSide(fields: Fields): Side {
  const outcome = fields['taker_outcome_side']
  if (outcome === 'yes' || outcome === 'no') return outcome
  const book = fields['taker_book_side']
  if (book === 'bid') return 'yes'
  if (book === 'ask') return 'no'
  const side = fields['taker_side'] ?? fields['side']
  return side === 'yes' || side === 'no' ? side : 'unknown'
}
