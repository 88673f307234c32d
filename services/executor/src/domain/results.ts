import type { OrderResult } from '@whalecast/events'
import type { BrokerName, Order, Placed } from './broker.ts'

/** What became of an order, before it is told. */
export type Verdict =
  | { readonly status: 'placed'; readonly order: Placed }
  | { readonly status: 'rejected' | 'expired' | 'unknown'; readonly reason: string }

/** The result as it travels. */
export function toResult(
  order: Order,
  verdict: Verdict,
  by: { broker: BrokerName; nowMs: number },
): OrderResult {
  const { client_order_id, whale_id, market_ticker } = order
  const common = { client_order_id, whale_id, market_ticker, broker: by.broker, timestamp_ms: by.nowMs }
  if (verdict.status === 'placed') {
    const { orderId, filledE2, remainingE2, averagePriceE4, feeE6 } = verdict.order
    return {
      ...common,
      status: 'placed',
      order_id: orderId,
      filled_e2: filledE2,
      remaining_e2: remainingE2,
      average_price_e4: averagePriceE4,
      fee_e6: feeE6,
      reason: '',
    }
  }
  return {
    ...common,
    status: verdict.status,
    order_id: null,
    filled_e2: 0,
    remaining_e2: 0,
    average_price_e4: null,
    fee_e6: 0,
    reason: verdict.reason,
  }
}

/** One id for each thing that can be said of an order, so that saying it again says nothing new. */
export const resultId = ({ client_order_id, status }: OrderResult): string => `${client_order_id}:${status}`
