import { generateKeyPairSync } from 'node:crypto'
import {
  createMemoryBus,
  type Bus,
  type MemoryBroker,
  type Notice,
  type PartitionWorker,
} from '@whalecast/bus'
import type { FeedGap, FeedState, SystemActivity, Trade } from '@whalecast/events'
import { createSigner } from '@whalecast/kalshi'
import { makeContext } from '@whalecast/testkit'
import { ingest } from '../src/service.ts'

export type Exchange = {
  readonly wsUrl: string
  readonly apiUrl: string
  readonly keyId?: string
  readonly privateKeyPem?: string
}

export type OpenBus = (instance: string, onNotice: (notice: Notice) => void) => Bus

/** Buses that reach each other through this broker. */
export const memoryBuses =
  (broker: MemoryBroker): OpenBus =>
  (instance, onNotice) =>
    createMemoryBus(broker, { instance, onNotice })

export type RunOptions = {
  readonly exchange: Exchange
  readonly openBus: OpenBus
  readonly queueCapacity?: number
  readonly bookMarkets?: readonly string[]
  readonly followsAccount?: boolean
  readonly instance?: string
}

let someKey: string | undefined

/** A key for exchanges that take any. */
function anyKey(): string {
  someKey ??= generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return someKey
}

/** Ingest in this process, on a memory bus, against an exchange on a port. */
export function runIngest({
  exchange,
  openBus,
  queueCapacity = 100_000,
  bookMarkets = [],
  followsAccount = true,
  instance = 'a',
}: RunOptions) {
  const stop = new AbortController()
  const handlers = new Set<(notice: Notice) => void>()
  const bus = openBus(instance, (notice) => handlers.forEach((handle) => handle(notice)))
  const ctx = { ...makeContext(stop.signal), startedAtMs: Date.now() }
  const { wsUrl, apiUrl, keyId = 'any', privateKeyPem = anyKey() } = exchange
  const config = {
    redisUrl: '',
    keyPrefix: '',
    exchange: { wsUrl, apiUrl, keyId, privateKeyPath: '' },
    queueCapacity,
    bookMarkets,
    followsAccount,
  }
  const signer = createSigner(keyId, privateKeyPem)
  const running = ingest({ bus, handlers, signer, config, ctx }).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error
  })
  const end = async () => {
    stop.abort()
    await running
    await bus.close()
  }
  return {
    facts: () => ctx.facts.read(),
    /** Frames by `<type>_<outcome>`, from the details of the socket's component. */
    frames: (): Record<string, number> => {
      const details = ctx.health.reports().find((one) => one.component === 'exchange_socket')?.details ?? {}
      return Object.fromEntries(
        Object.entries(details)
          .filter(([name]) => name.startsWith('frames_') && name !== 'frames_read')
          .map(([name, count]) => [name.slice('frames_'.length), Number(count)]),
      )
    },
    status: (component: string) => ctx.health.reports().find((one) => one.component === component),
    metric: async (name: string): Promise<{ labels: object; value: number }[]> =>
      (await ctx.metrics.registry.getSingleMetric(name)?.get())?.values ?? [],
    stop: end,
    [Symbol.asyncDispose]: end,
  }
}

/** Someone who reads the trades queue, in order, and may stop doing so. */
export async function consumeTrades(bus: Bus) {
  const trades: Trade[] = []
  let gate: Promise<void> | undefined
  let open: (() => void) | undefined
  const consumer = await bus.consume('trades', {
    partition: 0,
    start: (): PartitionWorker<'trades'> => ({
      onBatch: async ({ items }) => {
        await gate
        trades.push(...items)
        return {}
      },
    }),
  })
  return {
    trades,
    ids: () => trades.map(({ trade_id }) => trade_id),
    stall: () => {
      gate = new Promise((resolve) => {
        open = resolve
      })
    },
    resume: () => {
      gate = undefined
      open?.()
    },
    close: () => consumer.close(),
  }
}

/** Everything that was told on the feed and system channels, oldest first. */
export async function told(bus: Bus) {
  const feed = await bus.history('feed', { limit: 1_000 })
  const system = await bus.history('system', { limit: 1_000 })
  const gaps: FeedGap[] = feed.flatMap((message) => (message.type === 'feed_gap' ? [message.data] : []))
  const states: FeedState[] = feed.flatMap((message) => (message.type === 'feed_state' ? [message.data] : []))
  const activities: SystemActivity[] = system.map((message) => message.data)
  return { gaps, states: states.map(({ state }) => state), activities }
}

/** Ends in reverse order what a test has opened. */
export function openStack() {
  const ends: (() => PromiseLike<void> | void)[] = []
  return {
    use<T extends AsyncDisposable>(resource: T): T {
      ends.unshift(() => resource[Symbol.asyncDispose]())
      return resource
    },
    defer: (end: () => PromiseLike<void> | void) => {
      ends.unshift(end)
    },
    async [Symbol.asyncDispose]() {
      for (const end of ends.splice(0)) await end()
    },
  }
}
