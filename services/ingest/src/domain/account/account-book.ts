import type { Account, AccountOrder, AccountPosition, Fill, Settlement } from '@whalecast/events'
import type { AccountFill, OrderUpdate, PositionUpdate } from '@whalecast/kalshi'
import { CashLedger } from './cash-ledger.ts'
import { Newest } from './newest.ts'

/** REST lags the engine by about a second; what the socket told later than this before a read began is newer than it. */
const restLagMs = 2_000
/** What an earlier publisher had read may have been this old, so what came after it is looked for from here on. */
const overlapMs = 10_000
const shownFills = 100
const shownSettlements = 50
/** Names of fills kept: more than a restart or a read over REST brings again. */
const rememberedNames = 10_000

/** One read of the whole account over REST. */
export type AccountReading = {
  /** When the read began. */
  readonly readAtMs: number
  readonly balanceE6: number
  readonly positions: readonly AccountPosition[]
  readonly orders: readonly OrderUpdate[]
  /** In any order, and as far back as the reader chose. */
  readonly fills: readonly AccountFill[]
  readonly settlements: readonly Settlement[]
}

/** What a reading brought. Fills and settlements: those that nobody had told of, oldest first. */
export type ReadingNews = {
  readonly first: boolean
  readonly fills: readonly AccountFill[]
  readonly settlements: readonly Settlement[]
  /** False while the account trades: then the balance read may or may not contain the newest fills. */
  readonly quiet: boolean
  /** Against the reading before; null for the first one. */
  readonly changes: Readonly<Record<'balance_e6' | 'positions' | 'orders', number>> | null
}

/** How the account is followed, as it is published with it. */
export type Listener = Account['listener']

/**
 * The account as REST and the private channels tell it. A live update changes what it speaks of and nothing else; a
 * read over REST replaces everything but what the socket told while it was under way. Balance and ledger always move
 * together, so that what is left between them is a transfer.
 */
export class AccountBook {
  readonly #fills = new Newest<AccountFill>({
    nameOf: (fill) => `${fill.fill_id} ${fill.order_id}`,
    atMs: (fill) => fill.filled_at_ms,
    shown: shownFills,
    remembered: rememberedNames,
  })
  readonly #settlements = new Newest<Settlement>({
    nameOf: (one) => `${one.market_ticker} ${one.settled_at_ms}`,
    atMs: (one) => one.settled_at_ms,
    shown: shownSettlements,
    remembered: rememberedNames,
  })
  #positions = new Map<string, AccountPosition>()
  #orders = new Map<string, AccountOrder>()
  /** When the socket told of each market and order last, those that are gone included. */
  readonly #livePositionMs = new Map<string, number>()
  readonly #liveOrderMs = new Map<string, number>()
  #settlementsCount = 0
  #balanceE6 = 0
  #syncedAtMs: number | undefined
  #ledger: CashLedger | undefined
  /** Happenings before this are old news. */
  #newsFromMs = Infinity
  #counts: { balance_e6: number; positions: number; orders: number } | undefined

  /** @param stored What an earlier publisher knew; its ledger goes on. */
  constructor(stored?: Account) {
    if (stored?.broker !== 'exchange') return
    for (const fill of stored.fills) this.#fills.add({ ...fill, position_after_e2: null })
    for (const settlement of stored.settlements) this.#settlements.add(settlement)
    this.#settlementsCount = stored.settlements_count
    this.#balanceE6 = stored.balance_e6
    this.#ledger = new CashLedger(stored.ledger_since_ms, stored.traded_cash_e6)
    this.#ledger.hold(stored.positions)
    this.#newsFromMs = stored.synced_at_ms - overlapMs
  }

  /** From when on fills and settlements have to be read; undefined before anything is known. */
  get readFromMs(): number | undefined {
    if (this.#syncedAtMs !== undefined) return this.#syncedAtMs - overlapMs
    return this.#newsFromMs === Infinity ? undefined : this.#newsFromMs
  }

  /** Takes a whole reading. */
  onReading(reading: AccountReading): ReadingNews {
    const { readAtMs, balanceE6 } = reading
    const first = this.#syncedAtMs === undefined
    const ledger = (this.#ledger ??= new CashLedger(readAtMs))
    const startsNow = ledger.sinceMs === readAtMs
    const fills = this.#freshFills(reading, startsNow)
    const settlements = this.#freshSettlements(reading, startsNow)
    const lastMs = Math.max(
      0,
      ...this.#fills.items.slice(0, 1).map(({ filled_at_ms }) => filled_at_ms),
      ...this.#settlements.items.slice(0, 1).map(({ settled_at_ms }) => settled_at_ms),
    )
    const quiet = lastMs < readAtMs - restLagMs
    // A balance that may miss the newest fills is not taken: what they moved is known, and the next reading comes soon.
    if (quiet || startsNow) this.#balanceE6 = balanceE6
    this.#replacePositions(reading)
    this.#replaceOrders(reading)
    if (quiet || startsNow) ledger.hold(this.#positions.values())
    this.#syncedAtMs = readAtMs
    const changes = this.#compare()
    return { first, fills, settlements, quiet, changes }
  }

  /** The socket told of a match. False when it is known. */
  onFill(fill: AccountFill): boolean {
    if (!this.#fills.add(fill)) return false
    this.#balanceE6 += this.#ledger?.fill(fill) ?? 0
    return true
  }

  /** The socket told what is held of a market. False when nothing was known of it: what was ever traded is missing. */
  onPosition(update: PositionUpdate, nowMs: number): boolean {
    const ticker = update.market_ticker
    const before = this.#positions.get(ticker)
    touch(this.#livePositionMs, ticker, nowMs)
    if (update.position_e2 === 0) {
      this.#positions.delete(ticker)
      return true
    }
    this.#positions.set(ticker, {
      ...update,
      total_traded_e6: before?.total_traded_e6 ?? update.cost_e6,
      updated_at_ms: nowMs,
      source: 'live',
    })
    return before !== undefined
  }

  /** The socket told of an order. */
  onOrder(update: OrderUpdate, nowMs: number): void {
    touch(this.#liveOrderMs, update.order_id, nowMs)
    this.#putOrder(update)
  }

  /** All of it; undefined before the first reading. */
  account(listener: Listener, nowMs: number): Account | undefined {
    if (this.#syncedAtMs === undefined || this.#ledger === undefined) return undefined
    const orders = [...this.#orders.values()]
    return {
      broker: 'exchange',
      balance_e6: this.#balanceE6,
      positions: [...this.#positions.values()],
      orders,
      fills: this.#fills.items.map(publicFill),
      settlements: [...this.#settlements.items],
      settlements_count: this.#settlementsCount,
      order_group: groupOf(orders),
      traded_cash_e6: this.#ledger.cashE6,
      ledger_since_ms: this.#ledger.sinceMs,
      listener,
      synced_at_ms: this.#syncedAtMs,
      timestamp_ms: nowMs,
    }
  }

  #freshFills({ fills }: AccountReading, startsNow: boolean): AccountFill[] {
    const fresh: AccountFill[] = []
    for (const fill of fills.toSorted((a, b) => a.filled_at_ms - b.filled_at_ms)) {
      if (!this.#fills.add(fill) || startsNow || fill.filled_at_ms < this.#newsFromMs) continue
      this.#balanceE6 += this.#ledger?.fill(fill) ?? 0
      fresh.push(fill)
    }
    if (startsNow) this.#newsFromMs = 0
    return fresh
  }

  #freshSettlements({ settlements }: AccountReading, startsNow: boolean): Settlement[] {
    const fresh: Settlement[] = []
    for (const one of settlements.toSorted((a, b) => a.settled_at_ms - b.settled_at_ms)) {
      if (!this.#settlements.add(one)) continue
      this.#settlementsCount += 1
      if (startsNow || one.settled_at_ms < this.#newsFromMs) continue
      this.#balanceE6 += this.#ledger?.settle(one) ?? 0
      fresh.push(one)
    }
    return fresh
  }

  #replacePositions({ positions, readAtMs }: AccountReading): void {
    const read = new Map(positions.map((one) => [one.market_ticker, one]))
    for (const [ticker, liveMs] of this.#livePositionMs) {
      if (liveMs < readAtMs - restLagMs) {
        this.#livePositionMs.delete(ticker)
        continue
      }
      const known = this.#positions.get(ticker)
      const total_traded_e6 = read.get(ticker)?.total_traded_e6 ?? known?.total_traded_e6 ?? 0
      if (known === undefined) read.delete(ticker)
      else read.set(ticker, { ...known, total_traded_e6 })
    }
    this.#positions = read
  }

  #replaceOrders({ orders, readAtMs }: AccountReading): void {
    const known = this.#orders
    this.#orders = new Map()
    for (const order of orders) this.#putOrder(order)
    for (const [id, liveMs] of this.#liveOrderMs) {
      if (liveMs < readAtMs - restLagMs) {
        this.#liveOrderMs.delete(id)
        continue
      }
      const order = known.get(id)
      if (order === undefined) this.#orders.delete(id)
      else this.#orders.set(id, order)
    }
  }

  #putOrder(update: OrderUpdate): void {
    const order = publicOrder(update)
    const before = this.#orders.get(order.order_id)
    if (order.status !== 'resting') {
      this.#orders.delete(order.order_id)
      return
    }
    this.#orders.set(order.order_id, {
      ...order,
      client_order_id: order.client_order_id ?? before?.client_order_id ?? null,
      order_group_id: order.order_group_id ?? before?.order_group_id ?? null,
      created_at_ms: order.created_at_ms ?? before?.created_at_ms ?? null,
    })
  }

  #compare(): ReadingNews['changes'] {
    const before = this.#counts
    const now = {
      balance_e6: this.#balanceE6,
      positions: this.#positions.size,
      orders: this.#orders.size,
    }
    this.#counts = now
    return before === undefined
      ? null
      : {
          balance_e6: now.balance_e6 - before.balance_e6,
          positions: now.positions - before.positions,
          orders: now.orders - before.orders,
        }
  }
}

function publicFill(fill: AccountFill): Fill {
  const { position_after_e2: _, ...rest } = fill
  return rest
}

function publicOrder(order: OrderUpdate): AccountOrder {
  const { updated_at_ms: _, ...rest } = order
  return rest
}

/** The group that most resting orders belong to; only what they say of it is known. */
function groupOf(orders: readonly AccountOrder[]): Account['order_group'] {
  const groups = new Map<string, string[]>()
  for (const { order_group_id: group, order_id } of orders) {
    if (group !== null) groups.set(group, [...(groups.get(group) ?? []), order_id])
  }
  const [largest] = [...groups].toSorted(([, a], [, b]) => b.length - a.length)
  if (largest === undefined) return null
  const [order_group_id, order_ids] = largest
  return { order_group_id, status: 'active', order_ids, contracts_limit_e2: null }
}

/** Notes a time, the newest last, and bounds what is noted. */
function touch(times: Map<string, number>, name: string, nowMs: number): void {
  times.delete(name)
  times.set(name, nowMs)
  if (times.size <= 10_000) return
  const [oldest] = times.keys()
  if (oldest !== undefined) times.delete(oldest)
}
