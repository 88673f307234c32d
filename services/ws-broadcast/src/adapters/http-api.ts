import { existsSync } from 'node:fs'
import express, { type Express, type Request, type Response } from 'express'
import helmet from 'helmet'
import type { Board } from '../domain/board.ts'
import type { Gate, Refusal } from '../domain/gate.ts'

export type HttpApiOptions = {
  readonly board: Board
  readonly gate: Gate
  readonly consoleDir: string
  /** Brings the board up to date with the bus's own state before it is read. */
  readonly refresh: () => void
  readonly onRefused: (reason: Refusal['reason']) => void
}

const maxListed = 500

/** `GET /v1/…` as JSON with the field names of the socket, and the console at `/`. */
export function createHttpApi({ board, gate, consoleDir, refresh, onRefused }: HttpApiOptions): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use((request, response, next) => {
    const { host, origin } = request.headers
    const refused = gate.check({ host, origin })
    if (refused) {
      onRefused(refused.reason)
      fail(response, refused.status, refused.reason, refused.message)
      return
    }
    if (origin !== undefined) response.set({ 'Access-Control-Allow-Origin': origin, Vary: 'Origin' })
    next()
  })
  app.use(securityHeaders())
  app.use('/v1', (_request, response, next) => {
    refresh()
    response.set('Cache-Control', 'no-store')
    next()
  })
  app.get('/v1/status', (_request, response) => latest(response, board.latest('status')))
  app.get('/v1/health', (_request, response) => latest(response, board.latest('health')))
  app.get('/v1/whale-queue', (_request, response) => latest(response, board.latest('whale_queue')))
  app.get('/v1/whales', (request, response) =>
    listed(request, response, (limit) => ({ whales: board.newest('whales', limit) })),
  )
  app.get('/v1/activity', (request, response) =>
    listed(request, response, (limit) => ({ activities: board.newest('system', limit) })),
  )
  app.use('/v1', (request, response) =>
    fail(response, 404, 'not_found', `there is no ${request.originalUrl}`),
  )
  app.use(express.static(consoleDir, { index: 'index.html', redirect: false }))
  app.use((request, response) => {
    const built = existsSync(consoleDir)
    fail(response, 404, 'not_found', built ? `there is no ${request.path}` : 'the console is not built')
  })
  return app
}

/** The console's own files and its own socket, nothing else. Plain HTTP on loopback forbids upgrades to HTTPS. */
function securityHeaders() {
  return helmet({
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        manifestSrc: ["'self'"],
        // Older browsers do not take a socket of the same host for 'self'. The gate has checked the name.
        connectSrc: ["'self'", (request) => `ws://${request.headers.host} wss://${request.headers.host}`],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
  })
}

function latest(response: Response, value: unknown): void {
  if (value === undefined) fail(response, 503, 'unknown', 'nothing is known yet')
  else response.json(value)
}

function listed(request: Request, response: Response, read: (limit: number) => object): void {
  const { limit = '50' } = request.query
  const count = typeof limit === 'string' && /^\d{1,4}$/.test(limit) ? Number(limit) : 0
  if (count < 1 || count > maxListed)
    fail(response, 400, 'bad_limit', `limit: a whole number from 1 to ${maxListed}`)
  else response.json(read(count))
}

function fail(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ error: { code, message } })
}
