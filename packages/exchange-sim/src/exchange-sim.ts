import { createServer } from 'node:http'
import { AccountOffice, type AccountSummary } from './accounts/account-office.ts'
import { Accounts } from './accounts/accounts.ts'
import { OrderLog, type OrderLogCounts, type OrderLogEntry } from './accounts/order-log.ts'
import { type IssuedKey, type KeyGrant, KeyRegistry } from './auth/key-registry.ts'
import type { Scope } from './auth/scopes.ts'
import type { AuthRules } from './auth/verify-request.ts'
import { authority, listen, shut } from './listen.ts'
import type { ManualDesk, ManualOrder, ManualPlaced, PrintedTrade } from './manual-desk.ts'
import { openMarketSource } from './market-source.ts'
import { type ExchangeSimOptions, mainAccount, resolveOptions } from './options.ts'
import type { ReplayStats } from './replay/replay-counters.ts'
import { tradeBody } from './rest/bodies.ts'
import { createRestApp, restPath } from './rest/rest-app.ts'
import { createRestCounters, type RestCounters } from './rest/rest-counters.ts'
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
  /** Makes one more key: by default for the main account, with the scopes of the key made at the start. */
  issueKey(options?: KeyOptions): IssuedKey
  /** Moves cents into an account, or out when negative. Throws VenueError when it cannot. */
  deposit(cents: number, account?: string): AccountSummary
  accounts(): AccountSummary[]
  /** The newest requests to place, change or cancel orders, oldest first, with what became of them. */
  orders(count?: number): OrderLogEntry[]
  /** Cuts every client's connection, as when the exchange goes away. */
  disconnectAll(): void
  /** Stops everything; safe to call again. */
  close(): Promise<void>
}

type KeyOptions = {
  readonly scopes?: readonly Scope[]
  readonly account?: string
  readonly keyType?: 'rsa' | 'ed25519'
}

/** Requests and finished orders that are remembered one by one. */
const ordersKept = 100_000

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
  readonly rest: RestCounters
  readonly orders: OrderLogCounts
}

/** Starts an exchange on a port of its own and answers once it accepts connections. */
export async function startExchangeSim(options: ExchangeSimOptions = {}): Promise<ExchangeSim> {
  const settings = resolveOptions(options)
  const { clock, limits } = settings
  const keys = new KeyRegistry()
  const { balanceCents, readLagMs } = settings
  const accounts = new Accounts({ balanceCents, readLagMs, keep: ordersKept, clock })
  const grantOf = ({ scopes = settings.keyScopes, account = mainAccount }: KeyOptions): KeyGrant => ({
    accountId: accounts.open(account).id,
    scopes: new Set(scopes),
  })
  for (const given of settings.keys) keys.register(given.keyId, given.publicKeyPem, grantOf(given))
  const issueKey = (wanted: KeyOptions = {}) =>
    keys.issue(wanted.keyType ?? settings.keyType, grantOf(wanted))
  const issued = issueKey()
  const office = new AccountOffice(accounts)
  const orderLog = new OrderLog(ordersKept)
  const auth: AuthRules = { keys, skew: settings.skew, clock }
  const source = await openMarketSource(settings, accounts)
  const counters = new FrameCounters()
  const rest = createRestCounters()
  const budgets = { read: settings.readBudget, write: settings.writeBudget }
  const buckets = new TokenBuckets(budgets, clock)
  const server = createServer(
    createRestApp({
      venue: () => source.venue(),
      accounts,
      desk: source.desk,
      auth,
      buckets,
      counters: rest,
      orderLog,
    }),
  )
  const gateway = new Gateway(server, { auth, feed: source.feed, limits, counters })
  const desk = (): ManualDesk => {
    if (!source.manual) throw new VenueError('a recording cannot be traded on')
    return source.manual
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
      orders: orderLog.counts,
    }),
    printedTrades: (count = 1_000) => source.venue().history.latest(count).map(tradeBody),
    printTrade: (order) => desk().printTrade(order),
    place: (order) => desk().place(order),
    issueKey,
    deposit: (cents, account = mainAccount) => office.deposit(cents, account),
    accounts: () => office.summaries(),
    orders: (count = 1_000) => orderLog.latest(count),
    disconnectAll: () => gateway.disconnectAll(),
    async close() {
      source.stop()
      gateway.close()
      await shut(server)
    },
  }
}
