import { KalshiApiError, type KalshiOrders, type PlacedOrder } from '@whalecast/kalshi'
import type { Clock, Logger } from '@whalecast/runtime'
import type { Broker, BrokerName, Order, Outcome, Placed, RestingOrder } from '../domain/broker.ts'
import type { ExecutorMetrics } from '../executor-metrics.ts'
import type { BrokerSeat } from '../orders-worker.ts'
import { OrderGroups } from './order-groups.ts'
import type { Announcer } from './told.ts'

/** Reads of the exchange lag about a second; a request that timed out can still be under way for a while. */
const settleMs = 5_000
/** How often the book is looked through for orders of ours that should have left it. */
const sweepEveryMs = 10_000
/** The exchange takes an order out by itself when its time is over; it gets this long to do so. */
const graceMs = 3_000

/** Codes of a connection that never came to be, so nothing was sent. */
const neverConnected: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])
/** These are refused by the account, not by the order: the next one will be refused as well. */
const refusesAll: ReadonlySet<number> = new Set([401, 403, 429])

export type ExchangeOptions = {
  readonly name: Exclude<BrokerName, 'paper'>
  readonly instance: string
  readonly orders: KalshiOrders
  readonly seat: BrokerSeat
  readonly restMs: number
  readonly announcer: Announcer
  readonly metrics: ExecutorMetrics
  readonly logger: Logger
  readonly now: Clock
}

/** Orders at the exchange, all of them in a group of this installation. */
export class ExchangeBroker implements Broker {
  readonly name: Exclude<BrokerName, 'paper'>
  readonly settleMs = settleMs
  private readonly options: ExchangeOptions
  private readonly groups: OrderGroups
  private sweptMs = -Infinity

  constructor(options: ExchangeOptions) {
    this.options = options
    this.name = options.name
    const { name: broker, instance, orders, seat, metrics, announcer, now } = options
    const onDeleted = (groupId: string) => {
      metrics.canceled('group')
      const message = `Order group ${groupId} of an earlier start was deleted with what rested in it`
      const metadata = { order_group_id: groupId, broker }
      announcer.tell(
        { id: `group-deleted:${groupId}`, type: 'order_group', severity: 'info', message, metadata },
        now(),
      )
    }
    this.groups = new OrderGroups({ broker, instance, orders, seat, onDeleted })
  }

  async place(order: Order): Promise<Outcome> {
    const { orders, restMs, now } = this.options
    let groupId: string
    try {
      groupId = await this.groups.current()
    } catch (error) {
      return { type: 'not_sent', reason: `no order group: ${reasonOf(error)}` }
    }
    // Making a group took time.
    if (now() > order.valid_until_ms)
      return { type: 'not_sent', reason: 'its time was over before it was sent' }
    try {
      const placed = await orders.place({
        clientOrderId: order.client_order_id,
        ticker: order.market_ticker,
        side: order.side,
        action: order.action,
        priceE4: order.price_e4,
        countE2: order.count_e2,
        restsUntilMs: restMs > 0 ? now() + restMs : undefined,
        groupId,
      })
      return { type: 'placed', order: fromExchange(placed) }
    } catch (error) {
      const outcome = outcomeOf(error)
      if (outcome.type === 'rejected' && /group/i.test(outcome.reason)) await this.groups.retire(groupId)
      return outcome
    }
  }

  async find(order: Order): Promise<Placed | undefined> {
    const { orders, seat } = this.options
    const query = {
      clientOrderId: order.client_order_id,
      ticker: order.market_ticker,
      side: order.side,
      sinceMs: order.requested_at_ms,
    }
    const found = await orders.find(query, seat.over)
    return found && fromExchange(found)
  }

  async resting(): Promise<readonly RestingOrder[]> {
    return (await this.options.orders.resting(this.options.seat.over)).map((order) => ({
      orderId: order.order_id,
      ticker: order.market_ticker,
      groupId: order.order_group_id,
      createdAtMs: order.created_at_ms,
    }))
  }

  cancel({ orderId, ticker }: RestingOrder): Promise<'canceled' | 'gone'> {
    return this.options.orders.cancel({ orderId, ticker })
  }

  async maintain(nowMs: number): Promise<void> {
    if (nowMs - this.sweptMs < sweepEveryMs) return
    this.sweptMs = nowMs
    const { logger, seat } = this.options
    try {
      await this.groups.deleteOld()
      if (this.groups.ids.size > 0) await this.cancelStale(nowMs)
    } catch (error) {
      if (!seat.over.aborted)
        logger.warn('looking after resting orders failed; again soon', { reason: reasonOf(error) })
    }
  }

  close(): void {}

  private async cancelStale(nowMs: number): Promise<void> {
    const { restMs, metrics, logger } = this.options
    const own = this.groups.ids
    const olderThanMs = nowMs - restMs - graceMs
    for (const order of await this.resting()) {
      const { groupId, createdAtMs } = order
      if (groupId === null || !own.has(groupId) || createdAtMs === null || createdAtMs > olderThanMs) continue
      if ((await this.cancel(order)) === 'gone') continue
      metrics.canceled('stale')
      logger.info('a stale order was cancelled', { order_id: order.orderId, ticker: order.ticker })
    }
  }
}

const fromExchange = ({ orderId, filledE2, remainingE2, averagePriceE4, feeE6 }: PlacedOrder): Placed => ({
  orderId,
  filledE2,
  remainingE2,
  averagePriceE4,
  feeE6,
})

/** What an error while sending says of the order. */
function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof KalshiApiError)) throw error
  const { status, code } = error
  const reason = reasonOf(error)
  if (status === null) return { type: neverConnected.has(code) ? 'not_sent' : 'unknown', reason }
  if (status === 409 && code === 'order_already_exists') return { type: 'known' }
  if (refusesAll.has(status)) return { type: 'not_sent', reason }
  return status >= 400 && status < 500 && status !== 408
    ? { type: 'rejected', reason }
    : { type: 'unknown', reason }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const details = error instanceof KalshiApiError ? error.details : null
  return details === null ? error.message : `${error.message}: ${details}`
}
