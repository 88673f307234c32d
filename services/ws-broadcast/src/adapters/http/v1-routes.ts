import { Router, type Request } from 'express'
import type { Caller } from '../../domain/access/access.ts'
import { answerErrors, fail } from './http-failure.ts'
import { cleanupRoute, type CleanupRouteOptions } from './routes/cleanup-route.ts'
import { documentRoutes } from './routes/document-routes.ts'
import { marketRoutes, type MarketRoutesOptions } from './routes/market-routes.ts'
import { mountRoutes } from './routes/mount-routes.ts'
import { stateRoutes, type StateRoutesOptions } from './routes/state-routes.ts'

export type V1Options = StateRoutesOptions &
  MarketRoutesOptions &
  CleanupRouteOptions & {
    readonly callerOf: (request: Request) => Caller
    /** Brings the board up to date with the bus's own state before it is read. */
    readonly refresh: () => void
    readonly onRefused: (reason: 'token') => void
    readonly onFailed: (error: unknown) => void
  }

/** `/v1/…`: JSON with the field names of the socket; and the documents that describe it. */
export function createV1Routes(options: V1Options): Router {
  const { refresh, onFailed } = options
  const routes = documentRoutes([...stateRoutes(options), ...marketRoutes(options), cleanupRoute(options)])
  const router = Router()
  router.use('/v1', (_request, response, next) => {
    refresh()
    response.set('Cache-Control', 'no-store')
    next()
  })
  router.use(mountRoutes(routes, options))
  router.use('/v1', (request, response) =>
    fail(response, 404, 'not_found', `there is no ${request.originalUrl.split('?', 1)[0]}`),
  )
  router.use(answerErrors(onFailed))
  return router
}
