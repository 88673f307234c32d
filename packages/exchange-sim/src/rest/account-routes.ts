import { Router } from 'express'
import { endpointCosts } from './request-policy.ts'
import type { TokenBuckets } from './token-buckets.ts'

/** What an account may send, and what it costs. */
export function accountRoutes(buckets: TokenBuckets): Router {
  const routes = Router()

  routes.get('/account/limits', (_request, response) => {
    const { read, write } = buckets.budgets
    const body = (budget: typeof read) => ({
      refill_rate: budget.refillPerSecond,
      bucket_capacity: budget.capacity,
    })
    response.json({ usage_tier: 'basic', read: body(read), write: body(write), grants: [] })
  })

  routes.get('/account/endpoint_costs', (_request, response) => {
    response.json(endpointCosts)
  })

  return routes
}
