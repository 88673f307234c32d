import { connectRedisBus, startHeartbeat, type Notice } from '@whalecast/bus'
import type { Logger, ServiceContext } from '@whalecast/runtime'
import type { Config } from './config.ts'
import { serveClients } from './serve-clients.ts'

/** Connects to Redis and serves clients until the process is told to stop. */
export async function startWsBroadcast(config: Config, ctx: ServiceContext): Promise<void> {
  const { instance, logger, metrics } = ctx
  const bus = await connectRedisBus({
    ...config.redis,
    instance,
    registry: metrics.registry,
    onNotice: (notice) => logNotice(logger, notice),
  })
  ctx.defer('bus', () => bus.close())
  await serveClients({ bus, config, ctx })
  startHeartbeat(bus, ctx)
}

function logNotice(logger: Logger, { type, ...fields }: Notice): void {
  logger.warn(`bus: ${type}`, fields)
}
