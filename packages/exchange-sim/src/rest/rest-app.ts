import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import type { Accounts } from '../accounts/accounts.ts'
import type { OrderDesk } from '../accounts/order-desk.ts'
import type { OrderLog } from '../accounts/order-log.ts'
import { OrderRefusal } from '../accounts/order-refusal.ts'
import { grants } from '../auth/scopes.ts'
import { type AuthRules, isSigned, verifyRequest } from '../auth/verify-request.ts'
import type { Venue } from '../venue/venue.ts'
import { accountRoutes } from './account-routes.ts'
import { callerIfSigned, setCaller } from './caller.ts'
import { eventRoutes } from './event-routes.ts'
import { exchangeRoutes } from './exchange-routes.ts'
import { groupRoutes } from './group-routes.ts'
import { marketRoutes } from './market-routes.ts'
import { OrderJournal } from './order-journal.ts'
import { orderRoutes } from './order-routes.ts'
import { portfolioRoutes } from './portfolio-routes.ts'
import { undecodable } from './request-body.ts'
import { codeOf, notFound, refusalBody, RequestError } from './request-error.ts'
import { costOf, isPrivate, scopeOf } from './request-policy.ts'
import type { RestCounters } from './rest-counters.ts'
import type { TokenBuckets } from './token-buckets.ts'

/** Where the REST interface is served. */
export const restPath = '/trade-api/v2'

type RestDeps = {
  /** The venue that answers; asked at each request. */
  readonly venue: () => Venue
  readonly accounts: Accounts
  /** Where orders go; a recording takes none. */
  readonly desk: OrderDesk | undefined
  readonly auth: AuthRules
  readonly buckets: TokenBuckets
  readonly counters: RestCounters
  readonly orderLog: OrderLog
}

/**
 * The exchange's REST interface: market data is public, and free when unsigned; accounts and orders are for
 * signed requests of keys that may. Each signed request is charged to the account of its key.
 */
export function createRestApp(deps: RestDeps): Express {
  const { venue, accounts, desk, auth, buckets, counters } = deps
  const journal = new OrderJournal(deps.orderLog, auth.clock)
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.use(restPath, admit(deps), express.json({ limit: '4mb' }), charge(buckets))
  app.use(restPath, exchangeRoutes(), marketRoutes(venue), eventRoutes(venue))
  app.use(restPath, accountRoutes(buckets), portfolioRoutes({ venue, accounts }))
  app.use(restPath, orderRoutes({ desk, journal, clock: auth.clock }), groupRoutes(desk?.groups))
  app.use(() => {
    throw notFound()
  })
  app.use(answerError(counters, journal))
  return app
}

function admit({ auth, accounts, counters }: RestDeps): RequestHandler {
  return (request, _response, next) => {
    counters.requests += 1
    const { method, originalUrl, headers, path } = request
    if (isSigned(headers) || isPrivate(path)) {
      const result = verifyRequest({ method, url: originalUrl, headers }, auth)
      if (!result.ok) throw new RequestError(401, { error: result.failure })
      setCaller(request, accounts.open(result.key.accountId))
      const scope = scopeOf({ method, path })
      if (scope !== undefined && !grants(result.key.scopes, scope)) {
        throw new OrderRefusal(403, 'insufficient_scope', scope)
      }
    }
    next()
  }
}

function charge(buckets: TokenBuckets): RequestHandler {
  return (request, _response, next) => {
    const account = callerIfSigned(request)
    if (account) {
      const { method, path, body } = request
      const { bucket, tokens } = costOf({ method, path, body })
      if (!buckets.charge(account.id, bucket, tokens))
        throw new RequestError(429, { error: 'too many requests' })
    }
    next()
  }
}

function answerError(counters: RestCounters, journal: OrderJournal): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    const { status, body } = answerTo(error)
    if (status === 401) counters.unauthorized += 1
    if (status === 403) counters.forbidden += 1
    if (status === 429) counters.rateLimited += 1
    if (status >= 500) counters.failed += 1
    journal.refused(request, { status, code: codeOf(body) })
    response.status(status).json(body)
  }
}

function answerTo(error: unknown): RequestError {
  if (error instanceof RequestError) return error
  if (error instanceof OrderRefusal) return new RequestError(error.status, refusalBody(error))
  if (error instanceof SyntaxError && 'body' in error) return undecodable('body is not JSON')
  return new RequestError(statusOf(error), { code: 'internal_error', message: String(error), details: '' })
}

/** Express marks what the client got wrong (a malformed path, say) with a status of its own. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500
  return status >= 400 && status < 500 ? status : 500
}
