import { connectOrders } from '@whalecast/kalshi'
import type { Broker } from '../domain/broker.ts'
import { requireOwnEndpoint } from '../domain/endpoint.ts'
import { timeoutMs, type Access } from './demo-broker.ts'
import { ExchangeBroker, type ExchangeOptions } from './exchange-broker.ts'

/** Orders at the real exchange, for real money. Throws EndpointRefusedError for any other place. */
export function openLiveBroker(
  { apiUrl, signer }: Access,
  options: Omit<ExchangeOptions, 'name' | 'orders'>,
): Broker {
  requireOwnEndpoint('live', apiUrl)
  return new ExchangeBroker({
    ...options,
    name: 'live',
    orders: connectOrders({ apiUrl, signer, timeoutMs }),
  })
}
