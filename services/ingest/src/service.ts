import { readFile } from 'node:fs/promises'
import { connectRedisBus, startHeartbeat, type Bus, type Lease, type Notice } from '@whalecast/bus'
import { connectRest, createSigner, ExchangeClock, exchangeSocket } from '@whalecast/kalshi'
import { ConfigError, type ServiceContext } from '@whalecast/runtime'
import { restSource } from './adapters/exchange-rest.ts'
import { Wake } from './adapters/wake.ts'
import type { Config } from './config.ts'
import { createCounters } from './counters.ts'
import { deadAfterMs, pingAfterMs } from './domain/health.ts'
import { lead } from './lead.ts'
import { createRecord } from './record.ts'
import { reportIngest } from './report.ts'

/** A fifth of a second of the heaviest load we claim; beyond it a full queue reaches the exchange through TCP. */
const highWaterFrames = 4_096
const shortestTermMs = 1_000

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
  await ingest({ bus, handlers, signer, config, ctx })
}

export type IngestDeps = {
  readonly bus: Bus
  /** Whoever stands in here is called with every notice of the bus. */
  readonly handlers: Set<Handler>
  readonly signer: ReturnType<typeof createSigner>
  readonly config: Config
  readonly ctx: ServiceContext
}

/** Waits for the lease, leads while it holds, and waits again. A second process waits beside it as a cold standby. */
export async function ingest({ bus, handlers, signer, config, ctx }: IngestDeps): Promise<void> {
  const { logger, signal } = ctx
  const record = createRecord(ctx.startedAtMs)
  const counters = createCounters(ctx.metrics)
  reportIngest(ctx, record, counters, config)
  startHeartbeat(bus, ctx)
  const clock = new ExchangeClock(Date.now)
  const { wsUrl, apiUrl } = config.exchange
  const rest = restSource(
    connectRest({
      apiUrl,
      signer,
      clock,
      onDropped: (what, reason) => counters.unreadable.inc({ what, reason }),
    }),
  )
  let knownUntilMs = 0
  while (!signal.aborted) {
    const lease = await leaseUnlessAborted(bus, signal)
    const sinceMs = Date.now()
    logger.info('leading', { term: lease.fence.term })
    try {
      knownUntilMs = await lead({
        bus,
        lease,
        onNotices: (handle) => {
          handlers.add(handle)
          return () => handlers.delete(handle)
        },
        openSocket: (ending) =>
          exchangeSocket({
            wsUrl,
            signer,
            clock,
            signal: ending,
            idle: { pingAfterMs, deadAfterMs },
            highWaterFrames,
          }),
        rest,
        record,
        counters,
        logger,
        queueCapacity: config.queueCapacity,
        bookMarkets: config.bookMarkets,
        knownUntilMs,
        signal,
        now: Date.now,
      })
    } finally {
      await lease.release()
    }
    if (signal.aborted) break
    logger.warn('no longer leading', { term: lease.fence.term })
    // A term that ends at once ends for a reason that a moment may cure and haste does not.
    await new Wake().wait(signal, Math.max(0, sinceMs + shortestTermMs - Date.now()))
  }
}

/** The signal ends the wait, not the lease: what is under way is finished and told while the lease still holds. */
async function leaseUnlessAborted(bus: Bus, signal: AbortSignal): Promise<Lease> {
  const waiting = new AbortController()
  const stop = () => waiting.abort(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    return await bus.lease('ingest', { signal: waiting.signal })
  } finally {
    signal.removeEventListener('abort', stop)
  }
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
