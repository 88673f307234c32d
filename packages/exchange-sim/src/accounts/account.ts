import { randomUUID } from 'node:crypto'
import type { FeeSchedule } from '../venue/fees.ts'
import type { Outcome } from '../venue/outcome.ts'
import type { Trade } from '../venue/trade-history.ts'
import { dollarE4 } from '../venue/units.ts'
import type { AccountEvent, AccountNews } from './account-events.ts'
import type { AccountView, FillRecord, SettlementRecord, TransferRecord } from './account-view.ts'
import { History } from './history.ts'
import { OrderGroups } from './order-groups.ts'
import {
  afterFill,
  openRecord,
  type OrderRecord,
  type OrderTicket,
  type UpdateReason,
} from './order-record.ts'
import { afterPurchase, afterSettlement, type Position } from './position.ts'
import { reserveE6 } from './reserve.ts'

type AccountOptions = {
  readonly id: string
  readonly userId: string
  /** What it begins with. */
  readonly balanceE6: number
  /** Finished orders and fills beyond this many are forgotten, oldest first. */
  readonly keep: number
  /** How far reads lag behind. */
  readonly readLagMs: number
  readonly clock: () => number
  readonly tell: (event: AccountEvent) => void
}

/** The market an order is for, as far as an account must know it. */
export type AccountMarket = {
  readonly ticker: string
  readonly eventTicker: string
  readonly fees: FeeSchedule
}

/**
 * One member of the exchange: cash, positions, orders. It keeps the books and decides nothing. At all times
 * cash = transfers + realized − cost of what is held − fees, to the last 1e-6 dollar.
 */
export class Account {
  readonly id: string
  readonly userId: string
  readonly groups = new OrderGroups()
  readonly #options: AccountOptions
  readonly #orders = new Map<string, OrderRecord>()
  readonly #clientOrderIds = new Set<string>()
  /** Orders in the book, by market. */
  readonly #resting = new Map<string, Map<string, OrderRecord>>()
  readonly #reserved = new Map<string, number>()
  readonly #positions = new Map<string, Position>()
  readonly #fills: FillRecord[] = []
  readonly #settlements: SettlementRecord[] = []
  readonly #transfers: TransferRecord[] = []
  readonly #history: History<AccountView>
  #cashE6 = 0
  #reservedE6 = 0
  #numbers = 0
  #updatedMs: number

  constructor(options: AccountOptions) {
    this.id = options.id
    this.userId = options.userId
    this.#options = options
    this.#updatedMs = options.clock()
    this.#deposit(options.balanceE6)
    this.#history = new History(options.readLagMs, this.current())
  }

  get cashE6(): number {
    return this.#cashE6
  }

  /** What may be spent: cash less what resting orders may cost. */
  get availableE6(): number {
    return this.#cashE6 - this.#reservedE6
  }

  /** What reads see: the account as it stands, or as it stood a lag ago. */
  view(): AccountView {
    return this.#history.at(this.#options.clock()) ?? this.current()
  }

  /** The account as it stands. */
  current(): AccountView {
    return {
      cashE6: this.#cashE6,
      reservedE6: this.#reservedE6,
      updatedMs: this.#updatedMs,
      orders: [...this.#orders.values()],
      positions: [...this.#positions.values()],
      fills: [...this.#fills],
      settlements: [...this.#settlements],
      transfers: [...this.#transfers],
    }
  }

  order(id: string): OrderRecord | undefined {
    return this.#orders.get(id)
  }

  /** The order of an id that is known to be one of the account's. */
  get(id: string): OrderRecord {
    const order = this.#orders.get(id)
    if (!order) throw new RangeError(`no order ${id}`)
    return order
  }

  /** True for a client's order id that is taken, by an order that rests or one that is done. */
  hasUsed(clientOrderId: string | undefined): boolean {
    return clientOrderId !== undefined && this.#clientOrderIds.has(clientOrderId)
  }

  get restingCount(): number {
    return [...this.#resting.values()].reduce((sum, { size }) => sum + size, 0)
  }

  /** Orders in the book, of one market or of all. */
  resting(ticker?: string): OrderRecord[] {
    if (ticker !== undefined) return [...(this.#resting.get(ticker)?.values() ?? [])]
    return [...this.#resting.values()].flatMap((orders) => [...orders.values()])
  }

  position(market: AccountMarket): Position {
    return this.#positions.get(market.ticker) ?? this.#emptyPosition(market)
  }

  /** What could be spent if the account held this position and had these orders in the market. */
  availableWith(
    market: AccountMarket,
    change: { cashE6: number; heldE2: number; orders: OrderRecord[] },
  ): number {
    const othersE6 = this.#reservedE6 - (this.#reserved.get(market.ticker) ?? 0)
    return this.#cashE6 + change.cashE6 - othersE6 - reserveE6(change.orders, change.heldE2, market.fees)
  }

  /** Moves money in, or out when negative. */
  transfer(amountE6: number): void {
    this.#deposit(amountE6)
    this.#changed()
  }

  /** Enters a new order, which rests nowhere yet; answers its id. */
  open(ticket: OrderTicket): string {
    const id = randomUUID()
    const order = openRecord(ticket, { number: this.#next(), id, nowMs: this.#options.clock() })
    if (ticket.clientOrderId !== undefined) this.#clientOrderIds.add(ticket.clientOrderId)
    this.#orders.set(id, order)
    this.#forgetOldest()
    return id
  }

  /** Changes an order and tells of it. */
  update(
    id: string,
    market: AccountMarket,
    change: Partial<OrderRecord> & { reason: UpdateReason },
  ): OrderRecord {
    const order = { ...this.get(id), updatedMs: this.#options.clock(), ...change }
    if (order.clientOrderId !== undefined) this.#clientOrderIds.add(order.clientOrderId)
    this.#store(order, market)
    this.#changed()
    this.tell({ type: 'order', order })
    return order
  }

  /** Ends an order; what was open of it is open no more. */
  cancel(id: string, market: AccountMarket, reason: UpdateReason): void {
    this.update(id, market, { status: 'canceled', remainingE2: 0, restingId: undefined, reason })
  }

  /** Notes that an order rests in the book; unlike its fills, an order that is new is told of here first. */
  rest(id: string, market: AccountMarket, restingId: number): void {
    const order = { ...this.get(id), restingId }
    this.#store(order, market)
    this.#changed()
    if (order.reason === undefined) this.tell({ type: 'order', order })
  }

  /** Books a match of one of its orders. */
  fill(id: string, market: AccountMarket, { trade, role }: { trade: Trade; role: 'taker' | 'maker' }): void {
    const before = this.get(id)
    const { side } = before
    const { countE2, yesPriceE4, tsMs } = trade
    const priceE4 = side === 'yes' ? yesPriceE4 : dollarE4 - yesPriceE4
    const { order, feeE6 } = afterFill(before, { role, priceE4, countE2, tsMs }, market.fees)
    const bought = afterPurchase(this.position(market), { side, priceE4, countE2, feeE6, tsMs })
    const fill: FillRecord = {
      number: this.#next(),
      tradeId: trade.id,
      orderId: id,
      clientOrderId: order.clientOrderId,
      ticker: order.ticker,
      side,
      yesPriceE4,
      countE2,
      isTaker: role === 'taker',
      feeE6,
      positionAfterE2: bought.position.countE2,
      tsMs,
    }
    this.#cashE6 += bought.cashE6
    this.#positions.set(market.ticker, bought.position)
    this.#fills.push(fill)
    if (this.#fills.length > 2 * this.#options.keep) this.#fills.splice(0, this.#options.keep)
    this.#store(order, market)
    this.#changed()
    this.tell({ type: 'fill', fill })
    this.tell({ type: 'order', order })
    this.tell({ type: 'position', position: bought.position })
  }

  /** Takes what its market pays for a position; without one, nothing happens. */
  settle(ticker: string, result: Outcome, tsMs: number): void {
    const before = this.#positions.get(ticker)
    if (!before || before.settled) return
    const { position, revenueE6 } = afterSettlement(before, { result, tsMs })
    this.#cashE6 += revenueE6
    this.#positions.set(ticker, position)
    if (before.countE2 !== 0) {
      const { eventTicker } = before
      const number = this.#next()
      this.#settlements.push({ number, ticker, eventTicker, result, position: before, revenueE6, tsMs })
    }
    this.#changed()
    this.tell({ type: 'position', position })
  }

  /** Tells the account's listeners. */
  tell(news: AccountNews): void {
    this.#options.tell({ accountId: this.id, userId: this.userId, ...news })
  }

  #next(): number {
    return (this.#numbers += 1)
  }

  #deposit(amountE6: number): void {
    this.#cashE6 += amountE6
    this.#transfers.push({ number: this.#next(), id: randomUUID(), amountE6, tsMs: this.#options.clock() })
  }

  #emptyPosition({ ticker, eventTicker }: AccountMarket): Position {
    return {
      number: this.#next(),
      ticker,
      eventTicker,
      countE2: 0,
      costE6: 0,
      heldFeesE6: 0,
      realizedE6: 0,
      feesE6: 0,
      tradedE6: 0,
      volumeE2: 0,
      settled: false,
      updatedMs: this.#options.clock(),
    }
  }

  /** Keeps a changed order and what has to be reserved for the market it is in. */
  #store(order: OrderRecord, market: AccountMarket): void {
    const { ticker } = market
    this.#orders.set(order.id, order)
    const resting = this.#resting.get(ticker) ?? new Map<string, OrderRecord>()
    if (order.restingId === undefined) resting.delete(order.id)
    else resting.set(order.id, order)
    if (resting.size > 0) this.#resting.set(ticker, resting)
    else this.#resting.delete(ticker)
    const heldE2 = this.#positions.get(ticker)?.countE2 ?? 0
    const reservedE6 = reserveE6(resting.values(), heldE2, market.fees)
    this.#reservedE6 += reservedE6 - (this.#reserved.get(ticker) ?? 0)
    if (reservedE6 > 0) this.#reserved.set(ticker, reservedE6)
    else this.#reserved.delete(ticker)
  }

  #changed(): void {
    this.#updatedMs = this.#options.clock()
    if (this.#history.isKept) this.#history.push(this.#updatedMs, this.current())
  }

  /** Orders that are done are forgotten from the oldest on; those that rest never are. */
  #forgetOldest(): void {
    if (this.#orders.size <= 2 * this.#options.keep) return
    for (const [id, { status, clientOrderId }] of this.#orders) {
      if (this.#orders.size <= this.#options.keep) return
      if (status === 'resting') continue
      this.#orders.delete(id)
      if (clientOrderId !== undefined) this.#clientOrderIds.delete(clientOrderId)
    }
  }
}
