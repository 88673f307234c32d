import { existsSync } from 'node:fs'
import express, { type Express, type Request, type Response } from 'express'
import helmet from 'helmet'
import type { Caller } from '../../domain/access/access.ts'
import { hostName, isLoopback } from '../../domain/admission/loopback.ts'
import type { Door } from '../admission/door.ts'
import { fail, tellRefusal } from './http-failure.ts'
import { createV1Routes, type V1Options } from './v1-routes.ts'

export type HttpApiOptions = Omit<V1Options, 'callerOf'> & {
  readonly door: Door
  readonly consoleDir: string
  /** Answers `GET /sse`; who asks is judged there, as for a socket. */
  readonly events: (request: Request, response: Response) => Promise<void>
}

/** Whoever came by TLS once shall not be led astray without it for a year. Names beside this one are not ours. */
const hsts = 'max-age=31536000'

/** `GET /v1/…` as JSON with the field names of the socket, and the console at `/`. */
export function createHttpApi({ door, consoleDir, events, ...parts }: HttpApiOptions): Express {
  const app = express()
  const callers = new WeakMap<Request, Caller>()
  const identify = async (request: Request, response: Response, next: () => void): Promise<void> => {
    const caller = await door.identify(request)
    if ('reason' in caller) return tellRefusal(response, caller)
    callers.set(request, caller)
    next()
  }
  app.disable('x-powered-by')
  app.use(securityHeaders())
  app.use((request, response, next) => {
    const { origin, host } = request.headers
    const peer = door.peerOf(request)
    if (peer.secure && !isLoopback(hostName(host))) response.set('Strict-Transport-Security', hsts)
    const refused = door.checkOrigin(request) ?? door.checkRate(peer)
    if (refused) return tellRefusal(response, refused)
    if (origin !== undefined) response.set({ 'Access-Control-Allow-Origin': origin, Vary: 'Origin' })
    if (request.method === 'OPTIONS') {
      const allowed = { Methods: 'GET, POST', Headers: 'Authorization, Content-Type, Last-Event-ID' }
      for (const [what, value] of Object.entries(allowed)) response.set(`Access-Control-Allow-${what}`, value)
      response.status(204).end()
      return
    }
    return request.path === '/sse' ? next() : identify(request, response, next)
  })
  app.get('/sse', (request, response) => events(request, response))
  const callerOf = (request: Request): Caller => callers.get(request) ?? { name: 'anonymous', scopes: [] }
  app.use(createV1Routes({ ...parts, callerOf }))
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
