import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { type AuthRules, isSigned, verifyRequest } from '../auth/verify-request.ts'
import type { Venue } from '../venue/venue.ts'
import { eventRoutes } from './event-routes.ts'
import { exchangeRoutes } from './exchange-routes.ts'
import { marketRoutes } from './market-routes.ts'
import { notFound, RequestError } from './request-error.ts'
import type { RestCounters } from './rest-counters.ts'
import type { TokenBuckets } from './token-buckets.ts'

/** Where the REST interface is served. */
export const restPath = '/trade-api/v2'

type RestDeps = {
  /** The venue that answers; asked at each request. */
  readonly venue: () => Venue
  readonly auth: AuthRules
  readonly buckets: TokenBuckets
  readonly counters: RestCounters
}

/** Paths that tell about an account and so are never served unsigned. */
const privatePaths = /^\/(portfolio|account|communications|api_keys)(\/|$)/

/** The exchange's REST interface: public market data, free when unsigned, charged to its key when signed. */
export function createRestApp({ venue, auth, buckets, counters }: RestDeps): Express {
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.use(restPath, admit({ auth, buckets, counters }))
  app.use(restPath, exchangeRoutes(), marketRoutes(venue), eventRoutes(venue))
  app.use(() => {
    throw notFound()
  })
  app.use(answerError(counters))
  return app
}

function admit({ auth, buckets, counters }: Omit<RestDeps, 'venue'>): RequestHandler {
  return (request, _response, next) => {
    counters.requests += 1
    const { method, originalUrl, headers } = request
    if (isSigned(headers) || privatePaths.test(request.path)) {
      const result = verifyRequest({ method, url: originalUrl, headers }, auth)
      if (!result.ok) throw new RequestError(401, { error: result.failure })
      if (!buckets.charge(result.keyId)) throw new RequestError(429, { error: 'too many requests' })
    }
    next()
  }
}

function answerError(counters: RestCounters): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (error: unknown, _request, response, _next) => {
    const known =
      error instanceof RequestError
        ? error
        : new RequestError(statusOf(error), { code: 'internal_error', message: String(error), details: '' })
    if (known.status === 401) counters.unauthorized += 1
    if (known.status === 429) counters.rateLimited += 1
    if (known.status >= 500) counters.failed += 1
    response.status(known.status).json(known.body)
  }
}

/** Express marks what the client got wrong (a malformed path, say) with a status of its own. */
function statusOf(error: unknown): number {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500
  return status >= 400 && status < 500 ? status : 500
}
