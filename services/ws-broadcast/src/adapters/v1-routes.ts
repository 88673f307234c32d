import type { Bus } from '@whalecast/bus'
import { isTicker, type Scope } from '@whalecast/events'
import { json, Router, type Request, type Response } from 'express'
import type { Caller } from '../domain/access.ts'
import type { Board } from '../domain/board.ts'
import type { ClientRecord } from '../domain/client.ts'
import { isOfTheAccount } from '../domain/feeds.ts'
import { isAtLeast, parameters, QueryError, readQuery, select } from '../domain/query.ts'
import type { CleanupCommand } from './cleanup-command.ts'
import { answerErrors, fail } from './http-failure.ts'
import type { TapeFeed } from './tape-feed.ts'
import { within } from './within.ts'

export type V1Options = {
  readonly board: Board
  readonly bus: Pick<Bus, 'latest' | 'connected'>
  readonly tape: Pick<TapeFeed, 'recent'>
  readonly cleanup: Pick<CleanupCommand, 'run'>
  readonly clients: () => readonly ClientRecord[]
  readonly callerOf: (request: Request) => Caller
  /** Brings the board up to date with the bus's own state before it is read. */
  readonly refresh: () => void
  readonly onRefused: (reason: 'token') => void
  readonly onFailed: (error: unknown) => void
}

const busWithinMs = 2_000
const defaultLimit = 50

/** `/v1/…`: JSON with the field names of the socket. */
export function createV1Routes(options: V1Options): Router {
  const { board, tape, refresh, clients, callerOf, onRefused, onFailed } = options
  const routes = Router()

  const needs = (scope: Scope) => (request: Request, response: Response, next: () => void) => {
    const { name, scopes } = callerOf(request)
    if (scopes.includes(scope)) return next()
    onRefused('token')
    response.set('WWW-Authenticate', 'Bearer')
    const known = name !== 'anonymous'
    if (known) fail(response, 403, 'forbidden', `this token lacks the scope ${scope}`)
    else fail(response, 401, 'unauthorized', `a token with the scope ${scope} is needed`)
  }
  const known = (read: () => unknown) => (request: Request, response: Response) => {
    readQuery(request.query, {})
    tell(response, read())
  }

  routes.use((_request, response, next) => {
    refresh()
    response.set('Cache-Control', 'no-store')
    next()
  })
  routes.get(
    '/status',
    known(() => board.latest('status')),
  )
  routes.get(
    '/health',
    known(() => board.latest('health')),
  )
  routes.get(
    '/whale-queue',
    known(() => board.latest('whale_queue')),
  )
  routes.get('/whales', (request, response) => {
    const { limit, before, ticker, min_severity } = parameters
    const query = readQuery(request.query, { limit, before, ticker, min_severity })
    const least = query.min_severity
    const whales = select(board.newest('whales'), {
      ...query,
      limit: query.limit ?? defaultLimit,
      atMs: ({ detected_at_ms }) => detected_at_ms,
      keeps: (whale) => least === undefined || isAtLeast(whale.severity, least),
    })
    response.json({ whales })
  })
  routes.get('/activity', (request, response) => {
    const { limit = defaultLimit } = readQuery(request.query, { limit: parameters.limit })
    const all = callerOf(request).scopes.includes('account')
    const readable = board
      .newest('system')
      .filter(({ activity_type }) => all || !isOfTheAccount(activity_type))
    response.json({ activities: readable.slice(0, limit) })
  })
  routes.get('/trades', (request, response) => {
    const { limit, ticker } = parameters
    const query = readQuery(request.query, { limit, ticker })
    response.json(tape.recent(query.limit ?? defaultLimit, query.ticker))
  })
  routes.get('/markets/:ticker', (request, response) => tellMarket(options, request, response))
  routes.get('/markets/:ticker/book', (request, response) => tellBook(options, request, response))

  routes.get('/decisions', needs('account'), (request, response) => {
    const { limit, before, ticker } = parameters
    const query = readQuery(request.query, { limit, before, ticker })
    const decisions = select(board.newest('decisions'), {
      ...query,
      limit: query.limit ?? defaultLimit,
      atMs: ({ timestamp_ms }) => timestamp_ms,
    })
    response.json({ decisions })
  })
  routes.get(
    '/trading-state',
    needs('account'),
    known(() => board.latest('trading_state')),
  )
  routes.get(
    '/clients',
    needs('admin'),
    known(() => ({ clients: clients() })),
  )
  routes.post('/cleanup', needs('admin'), json({ limit: '1kb', strict: false }), (request, response) =>
    cleanUp(options, request, response),
  )
  routes.use((request, response) => fail(response, 404, 'not_found', `there is no ${request.path}`))
  routes.use(answerErrors(onFailed))
  return routes
}

function tell(response: Response, value: unknown): void {
  if (value === undefined) fail(response, 503, 'unknown', 'nothing is known yet')
  else response.json(value)
}

function tickerOf(request: Request): string {
  readQuery(request.query, {})
  const { ticker } = request.params
  if (typeof ticker === 'string' && isTicker(ticker)) return ticker
  throw new QueryError('this is no ticker of a market')
}

async function tellMarket({ bus }: V1Options, request: Request, response: Response): Promise<void> {
  const ticker = tickerOf(request)
  const read = async () => ({
    market: (await bus.latest('market', ticker))?.data ?? null,
    ticker: (await bus.latest('ticker', ticker))?.data ?? null,
  })
  const found = bus.connected ? await within(busWithinMs, read()) : undefined
  if (!found) fail(response, 503, 'bus_away', 'the bus is away')
  else if (found.market === null && found.ticker === null)
    fail(response, 404, 'not_found', 'this market is not known here')
  else response.json(found)
}

async function tellBook({ bus }: V1Options, request: Request, response: Response): Promise<void> {
  const ticker = tickerOf(request)
  const read = async () => ({ book: (await bus.latest('book', ticker))?.data })
  const found = bus.connected ? await within(busWithinMs, read()) : undefined
  if (!found) fail(response, 503, 'bus_away', 'the bus is away')
  else if (!found.book) fail(response, 404, 'not_found', 'no book of this market is kept')
  else response.json(found.book)
}

async function cleanUp(
  { cleanup, callerOf }: V1Options,
  request: Request,
  response: Response,
): Promise<void> {
  const outcome = await cleanup.run({
    orphanedOnly: orphanedOnly(request),
    requestedBy: callerOf(request).name,
  })
  switch (outcome.type) {
    case 'no_executor':
      return fail(response, 503, 'no_executor', 'no executor lives: nothing was cancelled')
    case 'bus_away':
      return fail(response, 503, 'bus_away', 'the bus is away: nothing was cancelled')
    case 'busy':
      return fail(response, 409, 'busy', 'a cleanup is under way')
    case 'no_answer':
      return fail(
        response,
        504,
        'no_answer',
        `executor has not answered; command ${outcome.commandId} may still be done`,
      )
    case 'done': {
      const { mode, preserved, preserved_count, ...rest } = outcome.result
      const kept = mode === 'orphaned_only' ? { preserved_count, preserved } : {}
      response.status(rest.success ? 200 : 500).json({ ...rest, mode, ...kept })
    }
  }
}

/** From the query or from a JSON object; orders of a group are spared unless it is said otherwise. */
function orphanedOnly(request: Request): boolean {
  const query = readQuery(request.query, { orphaned_only: parameters.orphaned_only })
  const body: unknown = request.body ?? {}
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new QueryError('the body has to be an object')
  for (const name of Object.keys(body))
    if (name !== 'orphaned_only') throw new QueryError('the body has no field but orphaned_only')
  const told: unknown = Reflect.get(body, 'orphaned_only')
  if (told === undefined) return query.orphaned_only ?? true
  if (typeof told !== 'boolean') throw new QueryError('orphaned_only: true or false')
  if (query.orphaned_only !== undefined) throw new QueryError('orphaned_only: give it once')
  return told
}
