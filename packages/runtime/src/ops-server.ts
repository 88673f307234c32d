import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { ConfigError } from './read-settings.ts'
import type { ServiceContext } from './service-context.ts'

export type OpsServer = { readonly url: string; close(): Promise<void> }

type OpsSource = Pick<
  ServiceContext,
  'name' | 'instance' | 'startedAtMs' | 'signal' | 'metrics' | 'health' | 'facts'
>

function obstaclesOf({ signal, health }: OpsSource): string[] {
  return signal.aborted ? ['stopping'] : health.obstacles()
}

function opsApp(of: OpsSource): express.Express {
  const app = express()
  app.disable('x-powered-by')
  app.get('/healthz', (_request, response) => {
    response.json({ alive: true })
  })
  app.get('/readyz', (_request, response) => {
    const reasons = obstaclesOf(of)
    response.status(reasons.length === 0 ? 200 : 503).json({ ready: reasons.length === 0, reasons })
  })
  app.get('/metrics', async (_request, response) => {
    response.type(of.metrics.registry.contentType).send(await of.metrics.registry.metrics())
  })
  app.get('/status', (_request, response) => {
    const reasons = obstaclesOf(of)
    response.json({
      service: of.name,
      instance: of.instance,
      pid: process.pid,
      started_at_ms: of.startedAtMs,
      uptime_ms: Date.now() - of.startedAtMs,
      ready: reasons.length === 0,
      reasons,
      health: of.health.reports(),
      facts: of.facts.read(),
      memory: process.memoryUsage(),
    })
  })
  app.use((_request, response) => {
    response.status(404).json({ error: 'not found', paths: ['/healthz', '/readyz', '/metrics', '/status'] })
  })
  return app
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      if (address && typeof address === 'object') resolve(address)
      else reject(new Error('the ops server has no address'))
    })
  })
}

/** What to tell someone whose port or address cannot be had. */
function listenProblem(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE')
    return new ConfigError([`ops port ${port} on ${host} is in use: set WHALECAST_OPS_PORT`])
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new ConfigError([`${host} is no address of this machine: set WHALECAST_OPS_HOST`])
  return error
}

/** Serves /healthz, /readyz, /metrics and /status of a process on its own port (0: any free one). */
export async function startOpsServer(of: OpsSource, host: string, port: number): Promise<OpsServer> {
  const server = createServer(opsApp(of))
  const address = await listen(server, host, port).catch((error: unknown) => {
    throw listenProblem(error, host, port)
  })
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return {
    url: `http://${shown}:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        // A scraper's kept-alive connection must not hold the process.
        server.closeAllConnections()
      }),
  }
}
