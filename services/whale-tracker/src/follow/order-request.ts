import { createHash } from 'node:crypto'
import type { OrderRequest } from '@whalecast/events'
import type { UnderWay } from '../domain/follow/orders-under-way.ts'

/** The id under which the exchange knows the order of a whale: the same whale, the same id. */
export function orderIdOf(whaleId: string): string {
  return `wc-${createHash('sha256').update(whaleId).digest('hex').slice(0, 28)}`
}

/** The order as executor gets it. */
export function toRequest({ whaleId, order }: UnderWay): OrderRequest {
  const { client_order_id, market_ticker, side, price_e4, count_e2, requested_at_ms, valid_until_ms } = order
  return {
    kind: 'order',
    client_order_id,
    whale_id: whaleId,
    market_ticker,
    side,
    action: 'buy',
    price_e4,
    count_e2,
    requested_at_ms,
    valid_until_ms,
  }
}
