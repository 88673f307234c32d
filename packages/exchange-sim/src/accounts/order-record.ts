import { type FeeSchedule, rawFeeE16, type Role, roundedFeeE6 } from '../venue/fees.ts'
import type { CancelReason } from '../venue/order.ts'
import type { Outcome } from '../venue/outcome.ts'

export type SelfTradePrevention = 'taker_at_cross' | 'maker'
export type TimeInForce = 'good_till_canceled' | 'immediate_or_cancel' | 'fill_or_kill'

/** What an account asks for when it places an order. `priceE4` is the price of the outcome it buys. */
export type OrderTicket = {
  readonly clientOrderId: string | undefined
  readonly ticker: string
  readonly side: Outcome
  readonly priceE4: number
  readonly countE2: number
  readonly timeInForce: TimeInForce
  readonly selfTradePrevention: SelfTradePrevention
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  readonly cancelOnPause: boolean
  readonly groupId: string | undefined
  readonly expirationMs: number | undefined
}

/** Why an order was last updated, by the venue's names; `undefined` when its owner placed or cancelled it. */
export type UpdateReason = CancelReason | 'Trade' | 'Decrease' | 'Amend' | 'ReduceOnlyCancel' | undefined

/** An order of an account as it stands; every change makes a new record. Money is in 1e-6 dollars. */
export type OrderRecord = OrderTicket & {
  readonly number: number
  readonly id: string
  readonly status: 'resting' | 'canceled' | 'executed'
  readonly initialE2: number
  readonly filledE2: number
  readonly remainingE2: number
  readonly takerCostE6: number
  readonly makerCostE6: number
  readonly takerFeesE6: number
  readonly makerFeesE6: number
  /** Fees of all fills before rounding. */
  readonly rawFeesE16: bigint
  /** Its place in the book while it rests there. */
  readonly restingId: number | undefined
  readonly createdMs: number
  readonly updatedMs: number
  readonly reason: UpdateReason
}

/** One match of an account's order. */
export type OrderFill = {
  readonly role: Role
  /** Price of the outcome the order buys. */
  readonly priceE4: number
  readonly countE2: number
  readonly tsMs: number
}

/** A new order, before anything has happened to it. */
export function openRecord(
  ticket: OrderTicket,
  { number, id, nowMs }: { number: number; id: string; nowMs: number },
): OrderRecord {
  return {
    ...ticket,
    number,
    id,
    status: 'resting',
    initialE2: ticket.countE2,
    filledE2: 0,
    remainingE2: ticket.countE2,
    takerCostE6: 0,
    makerCostE6: 0,
    takerFeesE6: 0,
    makerFeesE6: 0,
    rawFeesE16: 0n,
    restingId: undefined,
    createdMs: nowMs,
    updatedMs: nowMs,
    reason: undefined,
  }
}

/**
 * The order after a fill, and the fee of that fill. Fees are rounded up over the order as a whole, so that an
 * order pays the same in one piece and in many.
 */
export function afterFill(
  order: OrderRecord,
  { role, priceE4, countE2, tsMs }: OrderFill,
  fees: FeeSchedule,
): { order: OrderRecord; feeE6: number } {
  const rawFeesE16 = order.rawFeesE16 + rawFeeE16(fees, role, { priceE4, countE2 })
  const feeE6 = roundedFeeE6(rawFeesE16) - order.takerFeesE6 - order.makerFeesE6
  const remainingE2 = order.remainingE2 - countE2
  const costE6 = priceE4 * countE2
  const amounts =
    role === 'taker'
      ? { takerCostE6: order.takerCostE6 + costE6, takerFeesE6: order.takerFeesE6 + feeE6 }
      : { makerCostE6: order.makerCostE6 + costE6, makerFeesE6: order.makerFeesE6 + feeE6 }
  return {
    order: {
      ...order,
      ...amounts,
      rawFeesE16,
      remainingE2,
      filledE2: order.filledE2 + countE2,
      status: remainingE2 === 0 ? 'executed' : order.status,
      restingId: remainingE2 === 0 ? undefined : order.restingId,
      updatedMs: tsMs,
      reason: 'Trade',
    },
    feeE6,
  }
}
