import type { Walk } from '@whalecast/book'
import type { FeeRule, Fill, Settlement, Trade } from '@whalecast/events'
import type { Order, Outcome, Placed } from '../broker.ts'
import { feeE6 as feeOf } from './fees.ts'
import { book, heldE2, imbalanceE6, settle, type Ledger } from './ledger.ts'
import type { PaperOrder, PaperState } from './paper-state.ts'
import { buyOf, byPriority, reservedE6 } from './reserve.ts'

/** Orders that are done are remembered this long and among so many: long enough for any batch that comes again. */
const keepDoneMs = 3_600_000
const keepDone = 500
const keepFills = 100
const keepSettlements = 50
/** The group of every paper order: each has one, so that none counts as orphaned. */
export const paperGroup = 'paper'

/** What happened in one step. */
export type PaperNews = { readonly fills: readonly Fill[]; readonly settlements: readonly Settlement[] }

type Terms = {
  readonly nowMs: number
  readonly restsUntilMs: number | undefined
  /** What the series of the market takes, where that is known. */
  readonly fees?: FeeRule | undefined
}

/**
 * A paper account: takes orders, fills them, pays out decided markets. Pure bookkeeping in integers; nothing rounds
 * but fees and the cost of a part of a position.
 */
export class PaperAccount {
  private current: PaperState

  constructor(state: PaperState) {
    this.current = state
  }

  get state(): PaperState {
    return this.current
  }

  get resting(): readonly PaperOrder[] {
    return this.current.orders.filter(({ status }) => status === 'resting')
  }

  /** What is too much or too little; see the ledger. */
  get imbalanceE6(): number {
    return imbalanceE6(this.ledger)
  }

  find(clientOrderId: string): Placed | undefined {
    const order = this.current.orders.find((one) => one.client_order_id === clientOrderId)
    return order && toPlaced(order)
  }

  /** Takes an order with what the book gives it at once; the rest of it waits in the book, or is cancelled. */
  place(
    order: Order,
    { fills }: Pick<Walk, 'fills'>,
    { nowMs, restsUntilMs, fees }: Terms,
  ): Outcome & PaperNews {
    const known = this.current.orders.some((one) => one.client_order_id === order.client_order_id)
    if (known) return { type: 'known', ...nothing }
    let own: PaperOrder = {
      order_id: `paper-${order.client_order_id}`,
      client_order_id: order.client_order_id,
      market_ticker: order.market_ticker,
      side: order.side,
      action: order.action,
      price_e4: order.price_e4,
      initial_e2: order.count_e2,
      filled_e2: 0,
      remaining_e2: order.count_e2,
      status: 'resting',
      order_group_id: paperGroup,
      created_at_ms: nowMs,
      amount_e6: 0,
      fee_e6: 0,
      rests_until_ms: restsUntilMs ?? nowMs,
      fees,
    }
    let { ledger } = this
    const told: Fill[] = []
    for (const [priceE4, countE2] of fills) {
      const step = fillOrder(ledger, own, { priceE4, countE2, isTaker: true, nowMs })
      ;({ ledger } = step)
      own = step.order
      told.push(step.fill)
    }
    if (own.status === 'resting' && restsUntilMs === undefined) own = canceled(own)
    const waiting = own.status === 'resting' ? [...this.resting, own] : this.resting
    const shortE6 = reservedE6(ledger, waiting) - ledger.cashE6
    // Less cash than before and less than is reserved: what only brings money in is never too dear.
    if (shortE6 > 0 && shortE6 > reservedE6(this.ledger, this.resting) - this.ledger.cashE6) {
      return { type: 'rejected', reason: 'the paper account has too little money', ...nothing }
    }
    this.commit(ledger, [...this.current.orders, own], told)
    this.forget(nowMs)
    return { type: 'placed', order: toPlaced(own), fills: told, settlements: [] }
  }

  /**
   * A print that went through the price of a resting order fills it, as far as the print goes. One at the very price
   * does not: others may have stood before it.
   */
  onPrint(trade: Trade, nowMs: number): PaperNews {
    if (trade.is_block_trade) return nothing
    const through = this.resting.filter((order) => isThrough(order, trade)).toSorted(byPriority)
    let leftE2 = trade.count_e2
    const told: Fill[] = []
    for (const order of through) {
      const countE2 = Math.min(leftE2, order.remaining_e2)
      if (countE2 === 0) break
      leftE2 -= countE2
      const step = fillOrder(this.ledger, order, { priceE4: order.price_e4, countE2, isTaker: false, nowMs })
      this.commit(step.ledger, this.withOrder(step.order), [step.fill])
      told.push(step.fill)
    }
    return { fills: told, settlements: [] }
  }

  /** A market is over: what is held is paid out, what rests is cancelled. */
  onSettled(
    market: { readonly ticker: string; readonly result: string; readonly yesPaysE4: number },
    nowMs: number,
  ): PaperNews {
    const orders = this.current.orders.map((order) =>
      order.market_ticker === market.ticker && order.status === 'resting' ? canceled(order) : order,
    )
    const before = this.ledger
    const paid = settle(before, market)
    this.current = { ...this.current, orders }
    if (!paid) return nothing
    const settlement: Settlement = {
      market_ticker: market.ticker,
      market_result: market.result,
      yes_count_e2: heldE2(before, market.ticker, 'yes'),
      no_count_e2: heldE2(before, market.ticker, 'no'),
      total_cost_e6: paid.position.cost_e6,
      revenue_e6: paid.revenueE6,
      fee_e6: 0,
      settled_at_ms: nowMs,
    }
    this.commit(paid.ledger, orders, [])
    this.current = {
      ...this.current,
      settlements: [settlement, ...this.current.settlements].slice(0, keepSettlements),
      settlements_count: this.current.settlements_count + 1,
    }
    return { fills: [], settlements: [settlement] }
  }

  cancel(orderId: string): 'canceled' | 'gone' {
    const order = this.resting.find((one) => one.order_id === orderId)
    if (!order) return 'gone'
    this.current = { ...this.current, orders: this.withOrder(canceled(order)) }
    return 'canceled'
  }

  /** Cancels what has waited long enough; answers how many orders that were. */
  expire(nowMs: number): number {
    const due = this.resting.filter((order) => order.rests_until_ms <= nowMs)
    for (const order of due) this.cancel(order.order_id)
    return due.length
  }

  private get ledger(): Ledger {
    const { initial_e6, cash_e6, realized_e6, fees_e6, positions } = this.current
    return { initialE6: initial_e6, cashE6: cash_e6, realizedE6: realized_e6, feesE6: fees_e6, positions }
  }

  private withOrder(changed: PaperOrder): PaperOrder[] {
    return this.current.orders.map((one) => (one.order_id === changed.order_id ? changed : one))
  }

  private commit(ledger: Ledger, orders: readonly PaperOrder[], fills: readonly Fill[]): void {
    this.current = {
      ...this.current,
      cash_e6: ledger.cashE6,
      realized_e6: ledger.realizedE6,
      fees_e6: ledger.feesE6,
      positions: [...ledger.positions],
      orders: [...orders],
      fills: [...fills.toReversed(), ...this.current.fills].slice(0, keepFills),
      fills_count: this.current.fills_count + fills.length,
    }
  }

  private forget(nowMs: number): void {
    const done = this.current.orders.filter(({ status }) => status !== 'resting')
    const kept = new Set(done.filter((one) => nowMs - one.created_at_ms <= keepDoneMs).slice(-keepDone))
    const orders = this.current.orders.filter((one) => one.status === 'resting' || kept.has(one))
    this.current = { ...this.current, orders }
  }
}

const nothing: PaperNews = { fills: [], settlements: [] }

type Match = {
  /** Of the order's side. */
  readonly priceE4: number
  readonly countE2: number
  readonly isTaker: boolean
  readonly nowMs: number
}

function fillOrder(ledger: Ledger, order: PaperOrder, { priceE4, countE2, isTaker, nowMs }: Match) {
  const feeE6 = feeOf(order.fees, { priceE4, countE2, isTaker })
  const buy = buyOf({ ...order, price_e4: priceE4 })
  const remainingE2 = order.remaining_e2 - countE2
  const after: PaperOrder = {
    ...order,
    filled_e2: order.filled_e2 + countE2,
    remaining_e2: remainingE2,
    status: remainingE2 === 0 ? 'executed' : 'resting',
    amount_e6: order.amount_e6 + priceE4 * countE2,
    fee_e6: order.fee_e6 + feeE6,
  }
  const fill: Fill = {
    // How much had filled before tells the fills of one order apart, and is the same whenever it is told.
    fill_id: `${order.order_id}-${order.filled_e2}`,
    order_id: order.order_id,
    market_ticker: order.market_ticker,
    side: order.side,
    action: order.action,
    price_e4: priceE4,
    count_e2: countE2,
    fee_e6: feeE6,
    is_taker: isTaker,
    filled_at_ms: nowMs,
  }
  const booked = book(ledger, { ticker: order.market_ticker, ...buy, countE2, feeE6, atMs: nowMs })
  return { ledger: booked, order: after, fill }
}

function isThrough(order: PaperOrder, trade: Trade): boolean {
  if (order.market_ticker !== trade.market_ticker || trade.executed_at_ms <= order.created_at_ms) return false
  const { outcome, priceE4 } = buyOf(order)
  const printE4 = outcome === 'yes' ? trade.yes_price_e4 : 10_000 - trade.yes_price_e4
  return printE4 < priceE4
}

const canceled = (order: PaperOrder): PaperOrder => ({ ...order, status: 'canceled', remaining_e2: 0 })

function toPlaced(order: PaperOrder): Placed {
  return {
    orderId: order.order_id,
    filledE2: order.filled_e2,
    remainingE2: order.remaining_e2,
    averagePriceE4: order.filled_e2 === 0 ? null : order.amount_e6 / order.filled_e2,
    feeE6: order.fee_e6,
  }
}
