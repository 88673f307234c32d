import type { ErrorRequestHandler, NextFunction, Request, Response } from 'express'
import type { Refusal } from '../../domain/admission/gate.ts'
import { QueryError } from '../../domain/query.ts'

const usualWaitSeconds = 5

/** Answers with an error that a program and a person can read. */
export function fail(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ error: { code, message } })
}

/** When to come back, and that a token is what is missing. */
export function refusalHeaders({ status, retryAfterSeconds }: Refusal): Readonly<Record<string, string>> {
  if (status === 401) return { 'WWW-Authenticate': 'Bearer error="invalid_token"' }
  const busy = status === 503 || status === 429
  return busy ? { 'Retry-After': String(retryAfterSeconds ?? usualWaitSeconds) } : {}
}

/** What whoever is turned away is told, the same for a request and for a socket. */
export function refusalError({ status, reason, message }: Refusal) {
  const code = status === 401 ? 'unauthorized' : reason === 'keys' ? 'unavailable' : reason
  return { code, message }
}

/** Answers whoever is turned away. */
export function tellRefusal(response: Response, refused: Refusal): void {
  const { code, message } = refusalError(refused)
  response.set(refusalHeaders(refused))
  fail(response, refused.status, code, message)
}

/**
 * Answers what a handler threw: the caller's fault is told, anything else goes to `onFailed` and is not.
 * Express knows such a handler by its four parameters.
 */
export function answerErrors(onFailed: (error: unknown) => void): ErrorRequestHandler {
  return (error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    if (error instanceof QueryError) return fail(response, 400, 'bad_request', error.message)
    // What Express itself could not read carries its status.
    const status = typeof error === 'object' && error !== null ? Number(Reflect.get(error, 'status')) : 500
    if (status >= 400 && status < 500)
      return fail(response, status, 'bad_request', 'the path or the body is not readable')
    onFailed(error)
    fail(response, 500, 'internal', 'this should not have happened; it is in the log')
  }
}
