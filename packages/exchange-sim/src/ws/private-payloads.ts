import type { AccountEvent } from '../accounts/account-events.ts'
import type { FillRecord } from '../accounts/account-view.ts'
import type { OrderRecord } from '../accounts/order-record.ts'
import type { Position } from '../accounts/position.ts'
import type { Outcome } from '../venue/outcome.ts'
import { dollarE4, formatCount, formatDollars, formatInstant, formatPrice } from '../venue/units.ts'
import type { ChannelName } from './channels.ts'

/** A frame for one account: where it goes, the market it is about, and what it says. */
type PrivateFrame = {
  readonly channel: ChannelName
  readonly type: string
  readonly ticker: string | undefined
  readonly message: object
}

/** How an account is told what happened to it. */
export function privateFrame(event: AccountEvent): PrivateFrame {
  if (event.type === 'fill') {
    const { ticker } = event.fill
    return { channel: 'fill', type: 'fill', ticker, message: fillMessage(event.fill) }
  }
  if (event.type === 'position') {
    const { ticker } = event.position
    const message = positionMessage(event.position, event.userId)
    return { channel: 'market_positions', type: 'market_position', ticker, message }
  }
  if (event.type === 'order') {
    const { ticker } = event.order
    const message = orderMessage(event.order, event.userId)
    return { channel: 'user_orders', type: 'user_order', ticker, message }
  }
  const message = groupMessage(event)
  return { channel: 'order_group_updates', type: 'order_group_updates', ticker: undefined, message }
}

/**
 * Which way an order or a fill goes, in today's words and in the deprecated ones that are still sent. Here every
 * order buys its outcome, which is the one reading in which old and new fields agree.
 */
export function directionFields(side: Outcome) {
  return { side, action: 'buy', outcome_side: side, book_side: side === 'yes' ? 'bid' : 'ask' }
}

/** The price of an order on the YES scale. */
export function yesPriceE4({ side, priceE4 }: { side: Outcome; priceE4: number }): number {
  return side === 'yes' ? priceE4 : dollarE4 - priceE4
}

function fillMessage(fill: FillRecord) {
  return {
    trade_id: fill.tradeId,
    order_id: fill.orderId,
    ...(fill.clientOrderId !== undefined && { client_order_id: fill.clientOrderId }),
    market_ticker: fill.ticker,
    exchange_index: 0,
    is_taker: fill.isTaker,
    yes_price_dollars: formatPrice(fill.yesPriceE4),
    count_fp: formatCount(fill.countE2),
    fee_cost: formatDollars(fill.feeE6),
    ...directionFields(fill.side),
    purchased_side: fill.side,
    post_position_fp: formatCount(fill.positionAfterE2),
    subaccount: 0,
    ts: Math.floor(fill.tsMs / 1_000),
    ts_ms: fill.tsMs,
  }
}

function positionMessage(position: Position, userId: string) {
  return {
    user_id: userId,
    market_ticker: position.ticker,
    position_fp: formatCount(position.countE2),
    position_cost_dollars: formatDollars(position.costE6),
    realized_pnl_dollars: formatDollars(position.realizedE6),
    fees_paid_dollars: formatDollars(position.feesE6),
    position_fee_cost_dollars: formatDollars(position.heldFeesE6),
    volume_fp: formatCount(position.volumeE2),
    subaccount: 0,
  }
}

function orderMessage(order: OrderRecord, userId: string) {
  const { side, outcome_side, book_side } = directionFields(order.side)
  return {
    order_id: order.id,
    user_id: userId,
    client_order_id: order.clientOrderId ?? '',
    ticker: order.ticker,
    exchange_index: 0,
    status: order.status,
    side,
    is_yes: order.side === 'yes',
    outcome_side,
    book_side,
    yes_price_dollars: formatPrice(yesPriceE4(order)),
    initial_count_fp: formatCount(order.initialE2),
    fill_count_fp: formatCount(order.filledE2),
    remaining_count_fp: formatCount(order.remainingE2),
    taker_fill_cost_dollars: formatDollars(order.takerCostE6),
    maker_fill_cost_dollars: formatDollars(order.makerCostE6),
    taker_fees_dollars: formatDollars(order.takerFeesE6),
    maker_fees_dollars: formatDollars(order.makerFeesE6),
    ...(order.groupId !== undefined && { order_group_id: order.groupId }),
    self_trade_prevention_type: order.selfTradePrevention,
    created_time: formatInstant(order.createdMs),
    created_ts_ms: order.createdMs,
    last_update_time: formatInstant(order.updatedMs),
    last_updated_ts_ms: order.updatedMs,
    ...(order.expirationMs !== undefined && {
      expiration_time: formatInstant(order.expirationMs),
      expiration_ts_ms: order.expirationMs,
    }),
    ...(order.reason !== undefined && { last_update_reason: order.reason }),
    subaccount_number: 0,
  }
}

function groupMessage({ step, groupId, limitE2, tsMs }: AccountEvent & { type: 'group' }) {
  const hasLimit = step === 'created' || step === 'limit_updated'
  return {
    event_type: step,
    order_group_id: groupId,
    ...(hasLimit && { contracts_limit_fp: formatCount(limitE2) }),
    ts_ms: tsMs,
  }
}
