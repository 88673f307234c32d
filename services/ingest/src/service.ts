import { readFile } from 'node:fs/promises'
import { connectRedisBus, leadWhenever, startHeartbeat, type Bus, type Notice } from '@whalecast/bus'
import { connectRest, createSigner, ExchangeClock, exchangeSocket } from '@whalecast/kalshi'
import { ConfigError, type ServiceContext } from '@whalecast/runtime'
import { restSource } from './adapters/exchange-rest.ts'
import type { Config } from './config.ts'
import { createCounters } from './counters.ts'
import { deadAfterMs, pingAfterMs } from './domain/health.ts'
import { nothingKnown } from './known.ts'
import { lead } from './lead.ts'
import { createRecord } from './record.ts'
import { reportIngest } from './report.ts'

/** A fifth of a second of the heaviest load we claim; beyond it a full queue reaches the exchange through TCP. */
const highWaterFrames = 4_096

type Handler = (notice: Notice) => void

/** Connects, then owns the exchange whenever it holds the lease. Runs until the signal aborts. */
export async function startIngest(config: Config, ctx: ServiceContext): Promise<void> {
  // The key first: a process that can never sign should say so before it waits for anything.
  const signer = createSigner(config.exchange.keyId, await readKey(config.exchange.privateKeyPath))
  const handlers = new Set<Handler>()
  const bus = await connectRedisBus({
    url: config.redisUrl,
    prefix: config.keyPrefix,
    instance: ctx.instance,
    registry: ctx.metrics.registry,
    onNotice: (notice) => handlers.forEach((handle) => handle(notice)),
  })
  ctx.defer('bus', () => bus.close())
  startHeartbeat(bus, ctx)
  await ingest({ bus, handlers, signer, config, ctx })
}

export type IngestDeps = {
  readonly bus: Bus
  /** Whoever stands in here is called with every notice of the bus. */
  readonly handlers: Set<Handler>
  readonly signer: ReturnType<typeof createSigner>
  readonly config: Config
  readonly ctx: Pick<ServiceContext, 'health' | 'facts' | 'metrics' | 'logger' | 'signal' | 'startedAtMs'>
}

/** Leads whenever it can, and stands by otherwise, until the signal aborts. */
export async function ingest({ bus, handlers, signer, config, ctx }: IngestDeps): Promise<void> {
  const { logger, signal } = ctx
  const record = createRecord(ctx.startedAtMs)
  const counters = createCounters(ctx.metrics)
  reportIngest(ctx, record, counters, config)
  const clock = new ExchangeClock(Date.now)
  const { wsUrl, apiUrl } = config.exchange
  const rest = connectRest({
    apiUrl,
    signer,
    clock,
    onDropped: (what, reason) => counters.unreadable.inc({ what, reason }),
  })
  const idle = { pingAfterMs, deadAfterMs }
  let known = nothingKnown
  const onFailure = (error: unknown) => logger.error('a term failed', { error })
  await leadWhenever({ bus, name: 'ingest', signal, onFailure }, async (lease, over) => {
    logger.info('leading', { term: lease.fence.term })
    known = await lead({
      bus,
      lease,
      over,
      onNotices: (handle) => {
        handlers.add(handle)
        return () => handlers.delete(handle)
      },
      openSocket: (ending) => exchangeSocket({ wsUrl, signer, clock, signal: ending, idle, highWaterFrames }),
      rest: restSource(rest),
      portfolio: config.followsAccount ? rest.portfolio : undefined,
      record,
      counters,
      logger,
      queueCapacity: config.queueCapacity,
      bookMarkets: config.bookMarkets,
      known,
      now: Date.now,
    })
    if (!signal.aborted) logger.warn('no longer leading', { term: lease.fence.term })
  })
}

async function readKey(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new ConfigError([
      `KALSHI_PRIVATE_KEY_PATH=${JSON.stringify(path)}: the file cannot be read (${code})`,
    ])
  }
}
