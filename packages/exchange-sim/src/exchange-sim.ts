import { createServer } from 'node:http'
import { KeyRegistry } from './auth/key-registry.ts'
import type { AuthRules } from './auth/verify-request.ts'
import { authority, listen, shut } from './listen.ts'
import type { ManualDesk, ManualOrder, ManualPlaced, PrintedTrade } from './manual-desk.ts'
import { openMarketSource } from './market-source.ts'
import { type ExchangeSimOptions, resolveOptions } from './options.ts'
import type { ReplayStats } from './replay/replay-counters.ts'
import { tradeBody } from './rest/bodies.ts'
import { createRestApp, restPath } from './rest/rest-app.ts'
import { createRestCounters } from './rest/rest-counters.ts'
import { TokenBuckets } from './rest/token-buckets.ts'
import { VenueError } from './venue/venue.ts'
import { FrameCounters } from './ws/frame-counters.ts'
import { Gateway, socketPath } from './ws/gateway.ts'

/** A running exchange. */
export type ExchangeSim = {
  readonly wsUrl: string
  readonly apiUrl: string
  readonly port: number
  /** A key the exchange accepts, made at the start, besides those registered through the options. */
  readonly keyId: string
  readonly privateKeyPem: string
  /** True while the exchange does what it was started for. */
  isReady(): boolean
  stats(): ExchangeStats
  /** The newest trades, oldest first, as GET /markets/trades shows them. */
  printedTrades(count?: number): PrintedTrade[]
  /** Makes the book print exactly one trade at this price and count. Throws VenueError when it cannot. */
  printTrade(order: ManualOrder): PrintedTrade
  /** Places a limit order. Throws VenueError when the market refuses it. */
  place(order: ManualOrder): ManualPlaced
  /** Cuts every client's connection, as when the exchange goes away. */
  disconnectAll(): void
  /** Stops everything; safe to call again. */
  close(): Promise<void>
}

/** Counters since the start. */
export type ExchangeStats = {
  readonly trades: number
  readonly markets: number
  readonly events: number
  readonly connections: { open: number; accepted: number; refused: number; subscriptions: number }
  readonly framesSent: Readonly<Record<string, number>>
  readonly overflows: number
  /** Set while a recording is played. */
  readonly replay: ReplayStats | undefined
  readonly rest: { requests: number; unauthorized: number; rateLimited: number; failed: number }
}

/** Starts an exchange on a port of its own and answers once it accepts connections. */
export async function startExchangeSim(options: ExchangeSimOptions = {}): Promise<ExchangeSim> {
  const settings = resolveOptions(options)
  const { clock, limits } = settings
  const keys = new KeyRegistry()
  for (const { keyId, publicKeyPem } of settings.keys) keys.register(keyId, publicKeyPem)
  const issued = keys.issue(settings.keyType)
  const auth: AuthRules = { keys, skew: settings.skew, clock }
  const source = await openMarketSource(settings)
  const counters = new FrameCounters()
  const rest = createRestCounters()
  const buckets = new TokenBuckets(settings.readBudget, clock)
  const server = createServer(createRestApp({ venue: () => source.venue(), auth, buckets, counters: rest }))
  const gateway = new Gateway(server, { auth, feed: source.feed, limits, counters })
  const desk = (): ManualDesk => {
    if (!source.desk) throw new VenueError('a recording cannot be traded on')
    return source.desk
  }

  const port = await listen(server, settings.host, settings.port).catch((error: unknown) => {
    gateway.close()
    throw error
  })
  const address = authority(settings.host, port)
  source.start()

  return {
    wsUrl: `ws://${address}${socketPath}`,
    apiUrl: `http://${address}${restPath}`,
    port,
    keyId: issued.keyId,
    privateKeyPem: issued.privateKeyPem,
    isReady: () => server.listening && source.isMoving(clock()),
    stats: () => ({
      trades: source.venue().tradesPrinted,
      markets: source.venue().markets.size,
      events: source.venue().events.size,
      connections: gateway.stats(),
      framesSent: counters.byType(),
      overflows: counters.overflows,
      replay: source.replayStats(),
      rest: { ...rest },
    }),
    printedTrades: (count = 1_000) => source.venue().history.latest(count).map(tradeBody),
    printTrade: (order) => desk().printTrade(order),
    place: (order) => desk().place(order),
    disconnectAll: () => gateway.disconnectAll(),
    async close() {
      source.stop()
      gateway.close()
      await shut(server)
    },
  }
}
