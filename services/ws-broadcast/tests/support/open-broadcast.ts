import { PassThrough } from 'node:stream'
import { createMemoryBus, MemoryBroker, type Bus } from '@whalecast/bus'
import { createLogger, Facts, HealthBoard, Metrics } from '@whalecast/runtime'
import type { Wire } from '@whalecast/fanout/wire'
import type { Config } from '../../src/config.ts'
import { serveClients, type Deps } from '../../src/serve-clients.ts'

export type Broadcast = AsyncDisposable & {
  /** `http://127.0.0.1:…/` */
  readonly url: string
  /** The bus on which a test plays the other services. */
  readonly bus: Bus
  /** The bus of the service itself. */
  readonly ownBus: Bus
  readonly health: HealthBoard
  readonly facts: Facts
  /** Sum of a metric over the series that have these labels. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>
  /** Everything the service has logged. */
  readonly log: () => string
  stop(): Promise<void>
}

export type BroadcastOptions = {
  readonly config?: Partial<Omit<Config, 'redis'>>
  readonly wire?: Wire
  readonly ownBus?: Bus
  readonly bus?: Bus
  readonly now?: () => number
}

export type OpenContext = {
  readonly ctx: Deps['ctx']
  readonly stop: () => Promise<void>
  readonly log: () => string
}

/** A context as the process gives it, with the releases in the hands of the test. */
export function openContext(instance = 'ws-broadcast-test'): OpenContext {
  const stopping = new AbortController()
  const releases: (() => void | Promise<void>)[] = []
  const stream = new PassThrough()
  let log = ''
  stream.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const ctx = {
    instance,
    startedAtMs: Date.now(),
    signal: stopping.signal,
    logger: createLogger({ service: 'ws-broadcast', instance, level: 'info', format: 'json', stream }),
    metrics: new Metrics(),
    health: new HealthBoard(),
    facts: new Facts(),
    defer: (_label: string, release: () => void | Promise<void>) => void releases.push(release),
  }
  const stop = async () => {
    stopping.abort()
    for (const release of releases.splice(0).toReversed()) await release()
  }
  return { ctx, stop, log: () => log }
}

/** As many as any test wants, so that one limit at a time can be lowered. */
export const defaultLimits = {
  clients: 1_000,
  perAddress: 1_000,
  perHolder: 1_000,
  acceptPerSecond: 10_000,
  requestsPerSecond: 10_000,
}

/** The service on a bus in memory, with a port of its own. */
export async function openBroadcast(options: BroadcastOptions = {}): Promise<Broadcast> {
  const broker = new MemoryBroker()
  const bus = options.bus ?? createMemoryBus(broker, { instance: 'publisher' })
  const ownBus = options.ownBus ?? createMemoryBus(broker, { instance: 'ws-broadcast' })
  const { ctx, stop, log } = openContext()
  ctx.defer('bus', () => ownBus.close())
  const config = {
    http: { host: '127.0.0.1', port: 0 },
    consoleDir: '/nonexistent',
    allowed: { origins: [], hosts: [] },
    access: { tokens: [], tokensFile: undefined, dataDir: '/nonexistent' },
    flushWindowMs: undefined,
    compression: false,
    rates: { perClient: 1e9, perChannel: 1e9 },
    limits: defaultLimits,
    proxies: [],
    clientBufferBytes: 1_048_576,
    totalBufferBytes: 1_073_741_824,
    pingIntervalMs: 30_000,
    ...options.config,
  }
  const { wire, now } = options
  const parts = { ...(wire && { wire }), ...(now && { now }) }
  const url = await serveClients({ bus: ownBus, config, ctx, ...parts }).catch(async (error: unknown) => {
    await stop()
    throw error
  })
  const end = async () => {
    await stop()
    await bus.close()
  }
  return {
    url,
    bus,
    ownBus,
    health: ctx.health,
    facts: ctx.facts,
    async metric(name, labels = {}) {
      const metric = await ctx.metrics.registry.getSingleMetric(`whalecast_${name}`)?.get()
      const wanted = Object.entries(labels)
      return (metric?.values ?? [])
        .filter(({ labels: has }) => wanted.every(([label, value]) => Reflect.get(has, label) === value))
        .reduce((sum, { value }) => sum + value, 0)
    },
    log,
    stop: end,
    [Symbol.asyncDispose]: end,
  }
}
