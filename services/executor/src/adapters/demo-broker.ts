import { connectOrders, type Signer } from '@whalecast/kalshi'
import type { Broker } from '../domain/broker.ts'
import { requireOwnEndpoint } from '../domain/endpoint.ts'
import { ExchangeBroker, type ExchangeOptions } from './exchange-broker.ts'

export type Access = { readonly apiUrl: string; readonly signer: Signer }

/** An order is valid for seconds; what takes longer is in doubt sooner. */
export const timeoutMs = 5_000

/** Orders at the exchange's demo, or at a simulator on this machine. Throws EndpointRefusedError for any other place. */
export function openDemoBroker(
  { apiUrl, signer }: Access,
  options: Omit<ExchangeOptions, 'name' | 'orders'>,
): Broker {
  requireOwnEndpoint('demo', apiUrl)
  return new ExchangeBroker({
    ...options,
    name: 'demo',
    orders: connectOrders({ apiUrl, signer, timeoutMs }),
  })
}
