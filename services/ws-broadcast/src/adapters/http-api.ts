import { existsSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import express, { type Express, type Request, type Response } from 'express'
import helmet from 'helmet'
import type { Access, Asker, Caller } from '../domain/access.ts'
import { tokenRefusal, type Gate, type Refusal } from '../domain/gate.ts'
import { fail } from './http-failure.ts'
import { createV1Routes, type V1Options } from './v1-routes.ts'

export type HttpApiOptions = Omit<V1Options, 'callerOf' | 'onRefused'> & {
  readonly gate: Gate
  readonly access: Access
  readonly consoleDir: string
  readonly onRefused: (reason: Refusal['reason']) => void
}

/** `GET /v1/…` as JSON with the field names of the socket, and the console at `/`. */
export function createHttpApi({ gate, access, consoleDir, onRefused, ...parts }: HttpApiOptions): Express {
  const app = express()
  const callers = new WeakMap<Request, Caller>()
  const identify = async (request: Request, response: Response, next: () => void): Promise<void> => {
    const identified = await access.caller(askerOf(request))
    if (!identified.ok) {
      const { reason, status, message } = tokenRefusal(identified.reason)
      onRefused(reason)
      if (status === 401) response.set('WWW-Authenticate', 'Bearer error="invalid_token"')
      else response.set('Retry-After', '5')
      return fail(response, status, status === 401 ? 'unauthorized' : 'unavailable', message)
    }
    callers.set(request, identified.caller)
    next()
  }
  app.disable('x-powered-by')
  app.use((request, response, next) => {
    const { host, origin } = request.headers
    const refused = gate.check({ host, origin })
    if (refused) {
      onRefused(refused.reason)
      return fail(response, refused.status, refused.reason, refused.message)
    }
    if (origin !== undefined) response.set({ 'Access-Control-Allow-Origin': origin, Vary: 'Origin' })
    if (request.method === 'OPTIONS') {
      const allowed = { Methods: 'GET, POST', Headers: 'Authorization, Content-Type' }
      for (const [what, value] of Object.entries(allowed)) response.set(`Access-Control-Allow-${what}`, value)
      response.status(204).end()
      return
    }
    return identify(request, response, next)
  })
  app.use(securityHeaders())
  const callerOf = (request: Request): Caller => callers.get(request) ?? { name: 'anonymous', scopes: [] }
  app.use(createV1Routes({ ...parts, callerOf, onRefused }))
  app.use(express.static(consoleDir, { index: 'index.html', redirect: false }))
  app.use((request, response) => {
    const built = existsSync(consoleDir)
    fail(response, 404, 'not_found', built ? `there is no ${request.path}` : 'the console is not built')
  })
  return app
}

/** What a request tells of whoever makes it. */
export function askerOf({ socket, headers }: IncomingMessage): Asker {
  const { host, origin, authorization } = headers
  const forwarded = headers['x-forwarded-for'] !== undefined || headers['forwarded'] !== undefined
  return { address: socket.remoteAddress, host, origin, authorization, forwarded }
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
