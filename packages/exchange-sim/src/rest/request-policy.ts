import type { Scope } from '../auth/scopes.ts'

/** A request as far as it decides what it needs; the path is the one below the interface's root. */
type RequestFacts = { readonly method: string; readonly path: string; readonly body: unknown }

/** Tokens that most requests cost, and those that are cheaper. */
const standardCost = 10
const cheapCost = 2

/** Paths that tell about an account and so are never served unsigned. */
const privatePaths = /^\/(portfolio|account|communications|api_keys)(\/|$)/
const publicPaths = new Set(['/account/endpoint_costs'])

export function isPrivate(path: string): boolean {
  return privatePaths.test(path) && !publicPaths.has(path)
}

/** What a key must be allowed to do for a request; `undefined` for what anybody may. */
export function scopeOf({ method, path }: Omit<RequestFacts, 'body'>): Scope | undefined {
  if (!isPrivate(path)) return undefined
  if (method !== 'GET') return 'write::trade'
  return path === '/portfolio/balance' ? 'read::portfolio_balance' : 'read'
}

/** Which budget of an account a request draws on, and how many tokens it takes. */
export function costOf({ method, path, body }: RequestFacts): { bucket: 'read' | 'write'; tokens: number } {
  if (method === 'GET') {
    const isOneOrder = /^\/portfolio\/orders\/[^/]+$/.test(path)
    return { bucket: 'read', tokens: isOneOrder ? cheapCost : standardCost }
  }
  const isCancel = method === 'DELETE' && path.startsWith('/portfolio/events/orders')
  const tokens = isCancel ? cheapCost : standardCost
  const isBatch = path === '/portfolio/events/orders/batched'
  return { bucket: 'write', tokens: isBatch ? tokens * itemsOf(body) : tokens }
}

/** What some requests cost, as GET /account/endpoint_costs lists it: those that differ from the default. */
export const endpointCosts = {
  default_cost: standardCost,
  endpoint_costs: [
    { method: 'GET', path: '/portfolio/orders/:order_id', cost: cheapCost },
    { method: 'DELETE', path: '/portfolio/events/orders/:order_id', cost: cheapCost },
    { method: 'DELETE', path: '/portfolio/events/orders', cost: cheapCost },
    { method: 'DELETE', path: '/portfolio/events/orders/batched', cost: cheapCost },
  ],
}

function itemsOf(body: unknown): number {
  const { orders }: { orders?: unknown } = { ...Object(body) }
  return Array.isArray(orders) ? Math.max(1, orders.length) : 1
}
