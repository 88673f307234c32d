import type { FillRecord, SettlementRecord, TransferRecord } from '../accounts/account-view.ts'
import type { OrderRecord } from '../accounts/order-record.ts'
import type { Position } from '../accounts/position.ts'
import { dollarE4, formatCount, formatDollars, formatInstant, formatPrice } from '../venue/units.ts'
import { directionFields, yesPriceE4 } from '../ws/private-payloads.ts'

/** Whole cents of an amount; what is below a cent is cut off, as the exchange does. */
export function centsOf(amountE6: number): number {
  return Math.trunc(amountE6 / 10_000)
}

export function orderBody(order: OrderRecord, userId: string) {
  const yesE4 = yesPriceE4(order)
  return {
    order_id: order.id,
    user_id: userId,
    client_order_id: order.clientOrderId ?? '',
    ticker: order.ticker,
    ...directionFields(order.side),
    type: 'limit',
    status: order.status,
    yes_price_dollars: formatPrice(yesE4),
    no_price_dollars: formatPrice(dollarE4 - yesE4),
    initial_count_fp: formatCount(order.initialE2),
    fill_count_fp: formatCount(order.filledE2),
    remaining_count_fp: formatCount(order.remainingE2),
    taker_fees_dollars: formatDollars(order.takerFeesE6),
    maker_fees_dollars: formatDollars(order.makerFeesE6),
    taker_fill_cost_dollars: formatDollars(order.takerCostE6),
    maker_fill_cost_dollars: formatDollars(order.makerCostE6),
    created_time: formatInstant(order.createdMs),
    last_update_time: formatInstant(order.updatedMs),
    expiration_time: order.expirationMs === undefined ? null : formatInstant(order.expirationMs),
    self_trade_prevention_type: order.selfTradePrevention,
    order_group_id: order.groupId ?? null,
    cancel_order_on_pause: order.cancelOnPause,
    subaccount_number: 0,
    exchange_index: 0,
  }
}

export function fillBody(fill: FillRecord) {
  return {
    fill_id: fill.tradeId,
    trade_id: fill.tradeId,
    order_id: fill.orderId,
    ticker: fill.ticker,
    market_ticker: fill.ticker,
    exchange_index: 0,
    ...directionFields(fill.side),
    count_fp: formatCount(fill.countE2),
    yes_price_dollars: formatPrice(fill.yesPriceE4),
    no_price_dollars: formatPrice(dollarE4 - fill.yesPriceE4),
    is_taker: fill.isTaker,
    fee_cost: formatDollars(fill.feeE6),
    created_time: formatInstant(fill.tsMs),
    ts: Math.floor(fill.tsMs / 1_000),
    subaccount_number: 0,
  }
}

export function positionBody(position: Position) {
  return {
    ticker: position.ticker,
    exchange_index: 0,
    position_fp: formatCount(position.countE2),
    total_traded_dollars: formatDollars(position.tradedE6),
    market_exposure_dollars: formatDollars(position.costE6),
    realized_pnl_dollars: formatDollars(position.realizedE6),
    fees_paid_dollars: formatDollars(position.feesE6),
    last_updated_ts: formatInstant(position.updatedMs),
  }
}

/** The positions of one event added up. */
export function eventPositionBody(eventTicker: string, positions: readonly Position[]) {
  const sum = (amountOf: (position: Position) => number) =>
    positions.reduce((total, position) => total + amountOf(position), 0)
  return {
    event_ticker: eventTicker,
    total_cost_dollars: formatDollars(sum(({ tradedE6 }) => tradedE6)),
    total_cost_shares_fp: formatCount(sum(({ volumeE2 }) => volumeE2)),
    event_exposure_dollars: formatDollars(sum(({ costE6 }) => costE6)),
    realized_pnl_dollars: formatDollars(sum(({ realizedE6 }) => realizedE6)),
    fees_paid_dollars: formatDollars(sum(({ feesE6 }) => feesE6)),
  }
}

export function settlementBody({ ticker, eventTicker, result, position, revenueE6, tsMs }: SettlementRecord) {
  const { countE2, costE6 } = position
  return {
    ticker,
    exchange_index: 0,
    event_ticker: eventTicker,
    market_result: result,
    yes_count_fp: formatCount(Math.max(0, countE2)),
    yes_total_cost_dollars: formatDollars(countE2 > 0 ? costE6 : 0),
    no_count_fp: formatCount(Math.max(0, -countE2)),
    no_total_cost_dollars: formatDollars(countE2 < 0 ? costE6 : 0),
    revenue: centsOf(revenueE6),
    value: result === 'yes' ? 100 : 0,
    fee_cost: formatDollars(position.feesE6),
    settled_time: formatInstant(tsMs),
  }
}

export function transferBody({ id, amountE6, tsMs }: TransferRecord) {
  const second = Math.floor(tsMs / 1_000)
  return {
    id,
    status: 'applied',
    type: 'wire',
    amount_cents: centsOf(Math.abs(amountE6)),
    fee_cents: 0,
    created_ts: second,
    finalized_ts: second,
  }
}
