import { json, Router, type Request, type Response } from 'express'
import type { Caller } from '../../../domain/access/access.ts'
import { readQuery } from '../../../domain/query.ts'
import { fail } from '../http-failure.ts'
import { Answered, Failure, type Route } from './route.ts'

export type MountOptions = {
  readonly callerOf: (request: Request) => Caller
  readonly onRefused: (reason: 'token') => void
}

/** Serves routes: whoever may not is refused, what was asked is read as declared, and the answer is JSON. */
export function mountRoutes(routes: readonly Route[], { callerOf, onRefused }: MountOptions): Router {
  const router = Router()
  for (const route of routes) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1')
    const readBody = route.body ? [json({ limit: '1kb', strict: false })] : []
    const admit = (request: Request, response: Response, next: () => void) => {
      const caller = callerOf(request)
      if (!route.scope || caller.scopes.includes(route.scope)) return next()
      onRefused('token')
      refuse(response, caller, route.scope)
    }
    router[route.method](path, admit, ...readBody, (request: Request, response: Response) =>
      serve(route, callerOf(request), request, response),
    )
  }
  return router
}

async function serve(route: Route, caller: Caller, request: Request, response: Response): Promise<void> {
  const query = readQuery(request.query, route.query ?? {})
  const params = readQuery(request.params, route.params ?? {})
  const body: unknown = request.body
  try {
    const answer = await route.answerTo({ params, query, body, caller, host: request.headers.host ?? '' })
    if (answer instanceof Answered) response.status(answer.status).json(answer.body)
    else response.json(answer)
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    fail(response, error.status, error.code, error.message)
  }
}

function refuse(response: Response, { name }: Caller, scope: string): void {
  response.set('WWW-Authenticate', 'Bearer')
  if (name === 'anonymous') fail(response, 401, 'unauthorized', `a token with the scope ${scope} is needed`)
  else fail(response, 403, 'forbidden', `this token lacks the scope ${scope}`)
}
