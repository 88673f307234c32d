import type { AccountPosition, Settlement } from '@whalecast/events'
import { parseDecimal } from './decimal.ts'
import { countE2Of, integerOf, isTicker, priceE4Of, textOf, timeMsOf, type Fields } from './fields.ts'
import type { AccountFill, InvalidReason, OrderUpdate, PositionUpdate } from './frames.ts'

const dollarE4 = 10_000
const statuses: ReadonlySet<string> = new Set(['resting', 'executed', 'canceled'])

type Outcome = 'yes' | 'no'
type Direction = { readonly side: Outcome; readonly action: 'buy' | 'sell' }

/** A match of an order of the account, from the socket or from REST; or the reason why it is none. */
export function parseFill(fields: Fields): AccountFill | InvalidReason {
  const id = idOf(fields['trade_id'] ?? fields['fill_id'])
  if (id === undefined) return 'trade_id_malformed'
  const orderId = idOf(fields['order_id'])
  if (orderId === undefined) return 'order_id_malformed'
  const ticker = fields['market_ticker'] ?? fields['ticker']
  if (!isTicker(ticker)) return 'market_ticker_malformed'
  const direction = directionOf(fields)
  if (direction === undefined) return 'side_unknown'
  const price = priceOf(fields, direction.side)
  if (typeof price === 'string') return price
  const count = countE2Of(fields['count_fp'], fields['count'])
  if (count === undefined) return 'count_missing'
  if (Number.isNaN(count)) return 'count_malformed'
  if (count <= 0) return 'count_out_of_range'
  const fee = moneyE6Of(fields['fee_cost'] ?? 0)
  if (fee === undefined) return 'money_malformed'
  const time = timeMsOf(fields['ts_ms'] ?? fields['created_time'] ?? fields['ts'])
  if (time === undefined) return 'time_missing'
  if (Number.isNaN(time)) return 'time_malformed'
  const after = countE2Of(fields['post_position_fp'], fields['post_position'])
  if (Number.isNaN(after)) return 'position_malformed'
  return {
    fill_id: id,
    order_id: orderId,
    market_ticker: ticker,
    ...direction,
    price_e4: price,
    count_e2: count,
    fee_e6: fee,
    is_taker: fields['is_taker'] === true,
    filled_at_ms: time,
    position_after_e2: after ?? null,
  }
}

/** What the account holds of a market, as the socket tells it; or the reason why it is nothing of the kind. */
export function parsePositionUpdate(fields: Fields): PositionUpdate | InvalidReason {
  const ticker = fields['market_ticker']
  if (!isTicker(ticker)) return 'market_ticker_malformed'
  const position = parseDecimal(fields['position_fp'], 2)
  if (Number.isNaN(position)) return 'position_malformed'
  const cost = moneyE6Of(fields['position_cost_dollars'])
  const realized = moneyE6Of(fields['realized_pnl_dollars'])
  const fees = moneyE6Of(fields['fees_paid_dollars'])
  if (cost === undefined || realized === undefined || fees === undefined) return 'money_malformed'
  return {
    market_ticker: ticker,
    position_e2: position,
    cost_e6: cost,
    realized_pnl_e6: realized,
    fees_e6: fees,
  }
}

/** An order of the account, from the socket or from REST; or the reason why it is none. */
export function parseOrder(fields: Fields): OrderUpdate | InvalidReason {
  const id = idOf(fields['order_id'])
  if (id === undefined) return 'order_id_malformed'
  const ticker = fields['ticker'] ?? fields['market_ticker']
  if (!isTicker(ticker)) return 'market_ticker_malformed'
  const direction = directionOf(fields)
  if (direction === undefined) return 'side_unknown'
  const price = priceOf(fields, direction.side)
  if (typeof price === 'string') return price
  const initial = countE2Of(fields['initial_count_fp'], fields['initial_count'])
  const filled = countE2Of(fields['fill_count_fp'], fields['fill_count'])
  const remaining = countE2Of(fields['remaining_count_fp'], fields['remaining_count'])
  if (initial === undefined || filled === undefined || remaining === undefined) return 'count_missing'
  if (Number.isNaN(initial + filled + remaining)) return 'count_malformed'
  if (initial < 0 || filled < 0 || remaining < 0) return 'count_out_of_range'
  const status = fields['status']
  return {
    order_id: id,
    client_order_id: textOf(fields['client_order_id']),
    market_ticker: ticker,
    ...direction,
    price_e4: price,
    initial_e2: initial,
    filled_e2: filled,
    remaining_e2: remaining,
    status: isStatus(status) ? status : 'unknown',
    order_group_id: textOf(fields['order_group_id']),
    created_at_ms: knownTime(fields['created_ts_ms'] ?? fields['created_time']),
    updated_at_ms: knownTime(fields['last_updated_ts_ms'] ?? fields['last_update_time']),
  }
}

/** What REST says the account holds of a market; or the reason why it says nothing of the kind. */
export function parsePosition(fields: Fields, nowMs: number): AccountPosition | InvalidReason {
  const ticker = fields['ticker'] ?? fields['market_ticker']
  if (!isTicker(ticker)) return 'market_ticker_malformed'
  const position = parseDecimal(fields['position_fp'], 2)
  if (Number.isNaN(position)) return 'position_malformed'
  const cost = moneyE6Of(fields['market_exposure_dollars'])
  const traded = moneyE6Of(fields['total_traded_dollars'])
  const realized = moneyE6Of(fields['realized_pnl_dollars'])
  const fees = moneyE6Of(fields['fees_paid_dollars'])
  if (cost === undefined || traded === undefined || realized === undefined || fees === undefined) {
    return 'money_malformed'
  }
  return {
    market_ticker: ticker,
    position_e2: position,
    cost_e6: cost,
    total_traded_e6: traded,
    realized_pnl_e6: realized,
    fees_e6: fees,
    updated_at_ms: knownTime(fields['last_updated_ts']) ?? nowMs,
    source: 'rest',
  }
}

/** What a market paid when it was decided; or the reason why it is nothing of the kind. */
export function parseSettlement(fields: Fields): Settlement | InvalidReason {
  const ticker = fields['ticker'] ?? fields['market_ticker']
  if (!isTicker(ticker)) return 'market_ticker_malformed'
  const yes = countE2Of(fields['yes_count_fp'], fields['yes_count'])
  const no = countE2Of(fields['no_count_fp'], fields['no_count'])
  if (yes === undefined || no === undefined) return 'count_missing'
  if (Number.isNaN(yes + no)) return 'count_malformed'
  if (yes < 0 || no < 0) return 'count_out_of_range'
  const yesCost = moneyE6Of(fields['yes_total_cost_dollars'] ?? 0)
  const noCost = moneyE6Of(fields['no_total_cost_dollars'] ?? 0)
  const fee = moneyE6Of(fields['fee_cost'] ?? 0)
  // The one amount that is still in whole cents.
  const cents = integerOf(fields['revenue'])
  if (yesCost === undefined || noCost === undefined || fee === undefined || cents === undefined) {
    return 'money_malformed'
  }
  const time = timeMsOf(fields['settled_time'])
  if (time === undefined) return 'time_missing'
  if (Number.isNaN(time)) return 'time_malformed'
  return {
    market_ticker: ticker,
    market_result: textOf(fields['market_result']) ?? 'unknown',
    yes_count_e2: yes,
    no_count_e2: no,
    total_cost_e6: yesCost + noCost,
    revenue_e6: cents * 10_000,
    fee_e6: fee,
    settled_at_ms: time,
  }
}

/** Cash in 1e-6 dollars; undefined when the body does not say. */
export function parseBalance(fields: Fields): number | undefined {
  const cents = integerOf(fields['balance'])
  return moneyE6Of(fields['balance_dollars']) ?? (cents === undefined ? undefined : cents * 10_000)
}

/**
 * What was bought or sold. `outcome_side` is what one ends up long, so selling YES says `no`; the older `side` and
 * `action` tell the two apart and are kept where they agree with it. Where only `outcome_side` is there, that outcome
 * was bought, which moves the same contracts for the same money.
 */
function directionOf(fields: Fields): Direction | undefined {
  const outcome = outcomeOf(fields['outcome_side']) ?? outcomeOfBook(fields['book_side'])
  const side = outcomeOf(fields['side'])
  const named = fields['action']
  const action = typeof named !== 'string' ? undefined : named.startsWith('sell') ? 'sell' : 'buy'
  if (side !== undefined && action !== undefined && named !== '') {
    const implied = action === 'buy' ? side : otherOf(side)
    if (outcome === undefined || outcome === implied) return { side, action }
  }
  return outcome === undefined ? undefined : { side: outcome, action: 'buy' }
}

const outcomeOf = (value: unknown): Outcome | undefined =>
  value === 'yes' || value === 'no' ? value : undefined

const outcomeOfBook = (value: unknown): Outcome | undefined =>
  value === 'bid' ? 'yes' : value === 'ask' ? 'no' : undefined

const otherOf = (side: Outcome): Outcome => (side === 'yes' ? 'no' : 'yes')

/** What one contract of the side costs. */
function priceOf(fields: Fields, side: Outcome): number | InvalidReason {
  const yes = priceE4Of(fields['yes_price_dollars'], fields['yes_price'])
  const no = yes === undefined ? priceE4Of(fields['no_price_dollars'], fields['no_price']) : dollarE4 - yes
  if (no === undefined) return 'price_missing'
  if (Number.isNaN(no)) return 'price_malformed'
  if (no < 0 || no > dollarE4) return 'price_out_of_range'
  return side === 'no' ? no : dollarE4 - no
}

/** Money in 1e-6 dollars; undefined for what is none. */
function moneyE6Of(value: unknown): number | undefined {
  const money = parseDecimal(value, 6)
  return Number.isNaN(money) ? undefined : money
}

function idOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length > 0 && value.length <= 128 ? value : undefined
}

function isStatus(value: unknown): value is OrderUpdate['status'] {
  return typeof value === 'string' && statuses.has(value)
}

/** Times that only inform: one that is odd is unknown, and spoils nothing. */
function knownTime(value: unknown): number | null {
  const ms = timeMsOf(value)
  return ms === undefined || Number.isNaN(ms) ? null : ms
}
