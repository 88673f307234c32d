import type { OrderLimits } from './accounts/order-desk.ts'
import type { Scope } from './auth/scopes.ts'
import type { SkewWindow } from './auth/verify-request.ts'
import { type LifecycleTiming, standardTiming } from './flow/lifecycle.ts'
import type { TokenBudget } from './rest/token-buckets.ts'
import type { HistoryBounds } from './venue/trade-history.ts'
import type { GatewayLimits } from './ws/gateway.ts'

/** A public key (PEM) that is registered at the start. */
type GivenKey = {
  readonly keyId: string
  readonly publicKeyPem: string
  readonly scopes?: readonly Scope[]
  /** Keys of one account share its money and its budgets. @default 'main' */
  readonly account?: string
}

/** How to run an exchange; everything has a default. */
export type ExchangeSimOptions = {
  /** @default '127.0.0.1' */
  readonly host?: string
  /** 0 takes a free one. @default 0 */
  readonly port?: number
  /** The same seed gives the same markets, trades and trade ids. @default taken from the clock */
  readonly seed?: number
  /** Mean trades per second; 0 trades by hand only. @default 50 */
  readonly rate?: number
  /** Markets open at a time. @default 200 */
  readonly markets?: number
  /** From the start, or the first trade subscriber if it comes later, to one print of 10,000 contracts or more. @default 2000 */
  readonly firstWhaleMs?: number
  /** Public keys (PEM) that may sign, besides the one that is made. */
  readonly keys?: readonly GivenKey[]
  /** What the key that is made may do, and given ones of which it is not said. @default ['read'] */
  readonly keyScopes?: readonly Scope[]
  /** Kind of the key that is made. @default 'rsa' */
  readonly keyType?: 'rsa' | 'ed25519'
  readonly skew?: SkewWindow
  readonly limits?: Partial<GatewayLimits>
  readonly readBudget?: TokenBudget
  readonly writeBudget?: TokenBudget
  /** What an account begins with. @default 100000 */
  readonly balanceCents?: number
  /** How far reads of an account lag behind what happens to it. @default 0 */
  readonly readLagMs?: number
  readonly orderLimits?: Partial<OrderLimits>
  readonly history?: HistoryBounds
  readonly lifecycle?: Partial<LifecycleTiming>
  /** A recording to play in place of a trading venue; speed 1 is real time, 0 as fast as the client reads. */
  readonly replay?: { readonly file: string; readonly speed?: number } | undefined
  /** Unix milliseconds. @default Date.now */
  readonly clock?: () => number
}

export type Settings = Required<
  Omit<ExchangeSimOptions, 'limits' | 'orderLimits' | 'lifecycle' | 'replay'>
> & {
  readonly replay: ExchangeSimOptions['replay']
  readonly limits: GatewayLimits
  readonly orderLimits: OrderLimits
  readonly lifecycle: LifecycleTiming
}

const standardLimits: GatewayLimits = {
  // The exchange's documented default tier.
  connectionsPerKey: 200,
  commandsPerSecond: 10_000,
  // The exchange publishes no number per subscription; this is its documented bound per session.
  marketsPerSubscription: 500_000,
  // Unpublished as well. Smaller punishes a client that pauses for a moment; larger only delays the verdict.
  outboundBytes: 8 * 1_024 * 1_024,
  pingEveryMs: 10_000,
  missedPongs: 3,
}

// Both as the exchange documents them.
const standardOrderLimits: OrderLimits = { openOrders: 200_000, cancelAllHoldMs: 60_000 }

/** The account of a key of which no other is said. */
export const mainAccount = 'main'

/** Fills in the defaults. */
export function resolveOptions(options: ExchangeSimOptions): Settings {
  const { clock = Date.now } = options
  return {
    host: '127.0.0.1',
    port: 0,
    // A new seed each time: a restarted exchange must not print trade ids that were seen before.
    seed: clock() % 2_147_483_647,
    rate: 50,
    markets: 200,
    firstWhaleMs: 2_000,
    keys: [],
    keyType: 'rsa',
    keyScopes: ['read'],
    skew: { pastMs: 15_000, futureMs: 45_000 },
    readBudget: { refillPerSecond: 200, capacity: 600 },
    writeBudget: { refillPerSecond: 100, capacity: 100 },
    balanceCents: 100_000,
    readLagMs: 0,
    history: { maxTrades: 300_000, windowMs: 15 * 60_000 },
    replay: undefined,
    clock,
    ...options,
    limits: { ...standardLimits, ...options.limits },
    orderLimits: { ...standardOrderLimits, ...options.orderLimits },
    lifecycle: { ...standardTiming, ...options.lifecycle },
  }
}
