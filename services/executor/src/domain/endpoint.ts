import type { BrokerName } from './broker.ts'

/** A broker was pointed at a place that is not its own; nothing was sent there. */
export class EndpointRefusedError extends Error {
  override readonly name = 'EndpointRefusedError'
}

const hosts: Readonly<Record<'demo' | 'live', ReadonlySet<string>>> = {
  demo: new Set(['external-api.demo.kalshi.co', 'demo-api.kalshi.co']),
  live: new Set(['external-api.kalshi.com', 'api.elections.kalshi.com']),
}
/** Where a simulator can be: on this machine, or in the container beside this one. No such name is a public one. */
const simulators = new Set(['localhost', '127.0.0.1', '[::1]', 'exchange-sim'])

/**
 * Throws EndpointRefusedError unless the place is this broker's own: paper has none; demo has the exchange's demo
 * hosts, or a simulator on this machine; live has the exchange's production hosts and nothing else.
 */
export function requireOwnEndpoint(broker: BrokerName, apiUrl: string): void {
  const { protocol, hostname } = new URL(apiUrl)
  if (broker === 'paper') throw new EndpointRefusedError(`the paper broker talks to nobody, not to ${apiUrl}`)
  if (protocol === 'https:' && hosts[broker].has(hostname)) return
  if (broker === 'demo' && simulators.has(hostname)) return
  const own = [...hosts[broker]].join(' or ')
  const also = broker === 'demo' ? ', or a simulator on this machine' : ''
  throw new EndpointRefusedError(`the ${broker} broker orders at https://${own}${also}, not at ${apiUrl}`)
}
