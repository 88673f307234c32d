import type { NextFunction, Request, Response } from 'express'
import { QueryError } from '../domain/query.ts'

/** Answers with an error that a program and a person can read. */
export function fail(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ error: { code, message } })
}

/** What a handler threw: the caller's fault is told, anything else is not. Express knows it by its four parameters. */
export function failOnError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (error instanceof QueryError) return fail(response, 400, 'bad_request', error.message)
  // The reader of JSON bodies says what was wrong by a status of its own.
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500
  if (status >= 400 && status < 500)
    return fail(response, status, 'bad_request', 'the body is not readable JSON')
  next(error)
}
