import { parseDecimal } from './decimal.ts'
import { countE2Of, isTicker, priceE4Of, timeMsOf, type Fields } from './fields.ts'
import type { BookDelta, BookLevel, BookSnapshot, InvalidReason } from './frames.ts'

const dollarE4 = 10_000

/** A whole book, or the reason why it is none. */
export function parseBookSnapshot(fields: Fields): BookSnapshot | InvalidReason {
  const marketTicker = fields['market_ticker']
  if (!isTicker(marketTicker)) return 'market_ticker_malformed'
  const yes = parseSide(fields['yes_dollars_fp'] ?? fields['yes_dollars'], fields['yes'])
  const no = parseSide(fields['no_dollars_fp'] ?? fields['no_dollars'], fields['no'])
  return yes === undefined || no === undefined ? 'levels_malformed' : { market_ticker: marketTicker, yes, no }
}

/** A change of a level, or the reason why it is none. */
export function parseBookDelta(fields: Fields): BookDelta | InvalidReason {
  const marketTicker = fields['market_ticker']
  if (!isTicker(marketTicker)) return 'market_ticker_malformed'
  const side = fields['side']
  if (side !== 'yes' && side !== 'no') return 'side_unknown'
  const price = priceE4Of(fields['price_dollars'], fields['price'])
  if (price === undefined) return 'price_missing'
  if (Number.isNaN(price)) return 'price_malformed'
  if (price < 0 || price > dollarE4) return 'price_out_of_range'
  const delta = countE2Of(fields['delta_fp'], fields['delta'])
  if (delta === undefined) return 'count_missing'
  if (Number.isNaN(delta)) return 'count_malformed'
  const changedAtMs = timeMsOf(fields['ts_ms'] ?? fields['ts'])
  if (Number.isNaN(changedAtMs)) return 'time_malformed'
  return {
    market_ticker: marketTicker,
    side,
    price_e4: price,
    delta_e2: delta,
    changed_at_ms: changedAtMs ?? null,
  }
}

/** Null for a side that is absent, which is not the same as an empty one; undefined for a malformed one. */
function parseSide(dollars: unknown, cents: unknown): BookLevel[] | null | undefined {
  const rows = dollars ?? cents ?? null
  if (rows === null) return null
  if (!Array.isArray(rows)) return undefined
  const digits = rows === dollars ? 4 : 2
  const levels: BookLevel[] = []
  for (const row of rows as readonly unknown[]) {
    if (!Array.isArray(row) || row.length < 2) return undefined
    const [price, count] = row as readonly unknown[]
    const priceE4 = parseDecimal(price, digits)
    const countE2 = parseDecimal(count, 2)
    // Also false for NaN.
    if (!(priceE4 >= 0 && priceE4 <= dollarE4 && countE2 >= 0)) return undefined
    levels.push([priceE4, countE2])
  }
  return levels
}
