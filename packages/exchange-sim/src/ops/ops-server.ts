import { createServer } from 'node:http'
import express, { type ErrorRequestHandler } from 'express'
import type { ExchangeSim } from '../exchange-sim.ts'
import { authority, listen, shut } from '../listen.ts'
import { adminRoutes } from './admin-routes.ts'
import { metricsText } from './metrics-text.ts'
import { statusBody } from './status-body.ts'

/** The running ops endpoint. */
export type OpsServer = { readonly url: string; close(): Promise<void> }

/** Serves /healthz, /readyz, /status, /metrics and the /admin routes of an exchange. */
export async function startOpsServer(
  sim: ExchangeSim,
  { host, port, startedAtMs }: { host: string; port: number; startedAtMs: number },
): Promise<OpsServer> {
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })
  app.get('/readyz', (_request, response) => {
    const ready = sim.isReady()
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not_ready' })
  })
  app.get('/status', (_request, response) => {
    response.json(statusBody(sim, startedAtMs))
  })
  app.get('/metrics', (_request, response) => {
    response.type('text/plain; version=0.0.4').send(metricsText(sim.stats()))
  })
  app.use('/admin', adminRoutes(sim))
  app.use(answerError)

  const server = createServer(app)
  const bound = await listen(server, host, port)
  return {
    url: `http://${authority(host, bound)}`,
    close: () => shut(server),
  }
}

// Express tells an error handler by its four parameters.
const answerError: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500
  response.status(status).json({ error: error instanceof Error ? error.message : String(error) })
}
