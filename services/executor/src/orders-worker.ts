import type { Batch, Bus, Commit, Fence, PartitionState, PartitionWorker, Save } from '@whalecast/bus'
import type { OrderResult } from '@whalecast/events'
import type { Clock, Logger } from '@whalecast/runtime'
import { PartitionLostError, tellResult, type Announcer } from './adapters/told.ts'
import { carryOut } from './carry-out.ts'
import { tellTrouble } from './domain/activities.ts'
import type { Breaker } from './domain/breaker.ts'
import type { Broker, Order } from './domain/broker.ts'
import type { Condition } from './domain/condition.ts'
import { OrderMemory } from './domain/order-memory.ts'
import { resultId, toResult, type Verdict } from './domain/results.ts'
import type { ExecutorMetrics } from './executor-metrics.ts'

/** What a broker needs of the partition it works for: its durable fields, how to change them, and until when. */
export type BrokerSeat = {
  readonly fields: ReadonlyMap<string, string>
  readonly save: Save
  readonly fence: Fence
  readonly over: AbortSignal
}

export type WorkerDeps = {
  readonly bus: Bus
  readonly openBroker: (seat: BrokerSeat) => Broker
  readonly breaker: Breaker
  readonly condition: Condition
  readonly metrics: ExecutorMetrics
  readonly announcer: Announcer
  readonly logger: Logger
  readonly now: Clock
}

/**
 * Carries out the orders of the partition from its committed state on. What was done of an order is remembered with
 * the commit; whatever happened in between is found out by asking the broker, so a crash between any two lines ends
 * with one order and one result.
 */
export class OrdersWorker implements PartitionWorker<'orders'> {
  readonly broker: Broker
  private readonly deps: WorkerDeps
  private readonly fence: Fence
  private readonly memory: OrderMemory
  private readonly over = new AbortController()
  /** The first batch of a worker may be one that another worker had in hand, and orders of it may have been sent. */
  private isFirst = true

  constructor(deps: WorkerDeps, state: PartitionState, seat: Pick<BrokerSeat, 'fence' | 'save'>) {
    this.deps = deps
    this.fence = seat.fence
    this.memory = new OrderMemory(state.fields)
    this.broker = deps.openBroker({ ...seat, fields: state.fields, over: this.over.signal })
    deps.condition.lead()
    deps.logger.info('orders taken over', { term: seat.fence.term, known_orders: this.memory.size })
  }

  get ended(): boolean {
    return this.over.signal.aborted
  }

  async onBatch({ items }: Batch<'orders'>): Promise<Commit> {
    const { condition, metrics, logger } = this.deps
    try {
      for (const item of items) {
        if (item.kind === 'order') await this.onOrder(item)
        else {
          metrics.misplaced()
          logger.error('a command came on the partition of orders and is left out', {
            command_id: item.command_id,
          })
        }
      }
      this.isFirst = false
      return this.memory.takeChanges()
    } catch (error) {
      if (!(error instanceof PartitionLostError)) {
        condition.failed(error instanceof Error ? error.message : String(error))
      }
      throw error
    }
  }

  onEnd(): void {
    this.over.abort()
    this.broker.close()
    this.deps.condition.standBy()
  }

  async onTick(nowMs: number): Promise<void> {
    if (!this.ended) await this.broker.maintain(nowMs)
  }

  private async onOrder(order: Order): Promise<void> {
    const { metrics, now, condition, logger } = this.deps
    const known = this.memory.get(order.client_order_id)
    if (known) {
      metrics.repeated()
      return this.tell(known)
    }
    const startedMs = now()
    const verdict = await carryOut(order, this.isFirst, {
      ...this.deps,
      broker: this.broker,
      over: this.over.signal,
      onDoubt: (reason) => this.onVerdict(order, { status: 'unknown', reason }).then(() => undefined),
    })
    const result = await this.onVerdict(order, verdict)
    this.memory.add(result, now())
    condition.settled(now())
    metrics.settled(result, (now() - startedMs) / 1_000)
    logger.info('order', {
      client_order_id: order.client_order_id,
      whale_id: order.whale_id,
      status: result.status,
      filled_e2: result.filled_e2,
    })
  }

  private async onVerdict(order: Order, verdict: Verdict): Promise<OrderResult> {
    const { announcer, now } = this.deps
    const nowMs = now()
    const result = toResult(order, verdict, { broker: this.broker.name, nowMs })
    await this.tell(result)
    const trouble = tellTrouble(order, result)
    if (trouble) announcer.tell(trouble, nowMs)
    return result
  }

  private tell(result: OrderResult): Promise<void> {
    const event = { type: 'order_result', data: result } as const
    const options = { id: resultId(result), fence: this.fence, over: this.over.signal }
    return tellResult(this.deps.bus, event, options)
  }
}
