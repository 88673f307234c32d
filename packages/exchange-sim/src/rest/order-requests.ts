import type { Amendment } from '../accounts/order-desk.ts'
import type { OrderTicket } from '../accounts/order-record.ts'
import type { Outcome } from '../venue/outcome.ts'
import { dollarE4 } from '../venue/units.ts'
import { invalid, RequestBody } from './request-body.ts'

const clientOrderId = /^[\w:+=/-]{1,64}$/

/** Reads a new order; throws the exchange's 400 for what is missing, of the wrong type or does not go together. */
export function parseTicket(json: unknown, nowMs: number): OrderTicket {
  const body = new RequestBody(json)
  body.checkRouting()
  const side = outcomeIn(body)
  const timeInForce = body.choice('time_in_force', [
    'good_till_canceled',
    'immediate_or_cancel',
    'fill_or_kill',
  ])
  const postOnly = body.flag('post_only')
  const reduceOnly = body.flag('reduce_only')
  const expirationS = body.integer('expiration_time')
  if (expirationS !== undefined && timeInForce !== 'good_till_canceled') {
    throw invalid('expiration_time goes with good_till_canceled only')
  }
  if (expirationS !== undefined && expirationS * 1_000 <= nowMs) throw invalid('expiration_time is past')
  if (reduceOnly && timeInForce !== 'immediate_or_cancel') {
    throw invalid('reduce_only goes with immediate_or_cancel only')
  }
  if (postOnly && timeInForce !== 'good_till_canceled') {
    throw invalid('post_only goes with good_till_canceled only')
  }
  return {
    clientOrderId: clientOrderIdIn(body, 'client_order_id'),
    ticker: body.requiredText('ticker'),
    side,
    priceE4: priceIn(body, side),
    countE2: body.positiveCount('count'),
    timeInForce,
    selfTradePrevention: body.choice('self_trade_prevention_type', ['taker_at_cross', 'maker']),
    postOnly,
    reduceOnly,
    cancelOnPause: body.flag('cancel_order_on_pause'),
    groupId: body.text('order_group_id'),
    expirationMs: expirationS === undefined ? undefined : expirationS * 1_000,
  }
}

export function parseAmendment(json: unknown): Amendment {
  const body = new RequestBody(json)
  body.checkRouting()
  const side = outcomeIn(body)
  return {
    ticker: body.requiredText('ticker'),
    side,
    priceE4: priceIn(body, side),
    countE2: body.positiveCount('count'),
    clientOrderId: clientOrderIdIn(body, 'client_order_id'),
    newClientOrderId: clientOrderIdIn(body, 'updated_client_order_id'),
  }
}

export function parseDecrease(json: unknown): { byE2: number } | { toE2: number } {
  const body = new RequestBody(json)
  body.checkRouting()
  const byE2 = body.count('reduce_by')
  const toE2 = body.count('reduce_to')
  if (byE2 !== undefined && toE2 === undefined && byE2 > 0) return { byE2 }
  if (toE2 !== undefined && byE2 === undefined) return { toE2 }
  throw invalid('exactly one of reduce_by and reduce_to must be given')
}

/** The most contracts that a group's limit may be, whole ones only. */
const maxGroupLimit = 1_000_000

export function parseGroupLimit(json: unknown): number {
  const body = new RequestBody(json)
  body.checkRouting()
  const whole = body.integer('contracts_limit')
  const exact = body.count('contracts_limit_fp')
  const limitE2 = exact ?? (whole === undefined ? undefined : whole * 100)
  if (whole !== undefined && whole * 100 !== limitE2) throw invalid('the two contracts limits differ')
  if (limitE2 === undefined || limitE2 % 100 !== 0 || limitE2 < 100 || limitE2 > maxGroupLimit * 100) {
    throw invalid(`contracts_limit must be a whole number from 1 to ${maxGroupLimit}`)
  }
  return limitE2
}

/** A bid buys YES, an ask buys NO. */
function outcomeIn(body: RequestBody): Outcome {
  return body.choice('side', ['bid', 'ask']) === 'bid' ? 'yes' : 'no'
}

/** Prices come on the YES scale; inside, an order has the price of the outcome it buys. */
function priceIn(body: RequestBody, side: Outcome): number {
  const priceE4 = body.price('price')
  return side === 'yes' ? priceE4 : dollarE4 - priceE4
}

function clientOrderIdIn(body: RequestBody, name: string): string | undefined {
  const id = body.text(name)
  if (id !== undefined && !clientOrderId.test(id)) throw invalid(`${name} is malformed`)
  return id
}
