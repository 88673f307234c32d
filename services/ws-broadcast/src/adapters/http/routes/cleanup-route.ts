import { cleanupAnswerSchema, cleanupRequestSchema, httpParameters } from '@whalecast/events'
import { QueryError } from '../../../domain/query.ts'
import type { CleanupCommand, CleanupOutcome } from '../cleanup-command.ts'
import { Answered, Failure, route, type Route } from './route.ts'

export type CleanupRouteOptions = { readonly cleanup: Pick<CleanupCommand, 'run'> }

/** Has executor cancel orders, and tells what it did. */
export function cleanupRoute({ cleanup }: CleanupRouteOptions): Route {
  return route(
    {
      method: 'post',
      path: '/v1/cleanup',
      id: 'cleanup',
      summary: 'Cancels the orders of the account that belong to no group, or all of them.',
      scope: 'admin',
      query: { orphaned_only: httpParameters.orphaned_only },
      body: cleanupRequestSchema,
      answer: cleanupAnswerSchema,
      answersAlso: { 500: 'not everything could be cancelled; the body says what was' },
      failures: {
        409: { codes: ['busy'], when: 'a cleanup is under way' },
        413: { codes: ['bad_request'], when: 'the body is longer than 1 KB' },
        503: { codes: ['no_executor', 'bus_away'], when: 'nothing was cancelled: nobody could be told' },
        504: { codes: ['no_answer'], when: 'executor has not answered; the command may still be done' },
      },
    },
    async ({ query, body, caller }) => {
      const outcome = await cleanup.run({
        orphanedOnly: orphanedOnly(query.orphaned_only, body),
        requestedBy: caller.name,
      })
      if (outcome.type !== 'done') throw failureOf(outcome)
      const { preserved, preserved_count, ...rest } = outcome.result
      const kept = rest.mode === 'orphaned_only' ? { preserved_count, preserved } : {}
      return new Answered(rest.success ? 200 : 500, { ...rest, ...kept })
    },
  )
}

const failuresOf = {
  no_executor: { status: 503, message: 'no executor lives: nothing was cancelled' },
  bus_away: { status: 503, message: 'the bus is away: nothing was cancelled' },
  busy: { status: 409, message: 'a cleanup is under way' },
  no_answer: { status: 504, message: 'executor has not answered; it may still be done' },
} as const

function failureOf(outcome: Exclude<CleanupOutcome, { type: 'done' }>): Failure {
  const { status, message } = failuresOf[outcome.type]
  const command = outcome.type === 'no_answer' ? `: command ${outcome.commandId}` : ''
  return new Failure(status, outcome.type, message + command)
}

/** From the query or from a JSON object; orders of a group are spared unless it is said otherwise. */
function orphanedOnly(asked: boolean | undefined, body: unknown): boolean {
  const read = cleanupRequestSchema.safeParse(body ?? {})
  if (!read.success)
    throw new QueryError('the body has to be an object with no field but orphaned_only: true or false')
  const told = read.data.orphaned_only
  if (told !== undefined && asked !== undefined) throw new QueryError('orphaned_only: give it once')
  return told ?? asked ?? true
}
