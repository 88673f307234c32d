import type { Scope } from '@whalecast/events'
import type { RouteSpec } from '@whalecast/events/spec'
import type { z } from 'zod'
import type { Caller } from '../../../domain/access/access.ts'
import type { Query, Shape } from '../../../domain/query.ts'

type Schemas = NonNullable<RouteSpec['query']>

/** What was asked, read by what the route declares. */
export type Asked<P extends Shape = Shape, Q extends Shape = Shape> = {
  readonly params: Required<Query<P>>
  readonly query: Query<Q>
  /** As it was sent; undefined without one. */
  readonly body: unknown
  readonly caller: Caller
  /** As this server was addressed; the gate has checked it. */
  readonly host: string
}

/** What a request is told that cannot be answered. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** An answer whose status is not 200. */
export class Answered<Body> {
  readonly status: number
  readonly body: Body

  constructor(status: number, body: Body) {
    this.status = status
    this.body = body
  }
}

/** A path of the HTTP API: what it promises, and how it keeps that. */
export type Route = RouteSpec & {
  readonly scope?: Scope
  readonly answerTo: (asked: Asked) => unknown
}

/**
 * Declares a route once: its schemas read the request, make the document, and say what the handler may answer.
 * A handler throws `Failure` where it cannot.
 */
export function route<A extends z.ZodType, P extends Schemas = {}, Q extends Schemas = {}>(
  spec: RouteSpec & { readonly answer: A; readonly params?: P; readonly query?: Q },
  answerTo: (asked: Asked<P, Q>) => Reply<A> | Promise<Reply<A>>,
): Route {
  // The request is read by the very schemas that the handler's types come from.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { ...spec, answerTo: answerTo as Route['answerTo'] }
}

type Reply<A extends z.ZodType> = z.input<A> | Answered<z.input<A>>
