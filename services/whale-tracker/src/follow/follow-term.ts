import type { Bus, Fence, Producer } from '@whalecast/bus'
import type { Follow, Position } from '@whalecast/events'
import { unlessAborted, type Clock, type Logger } from '@whalecast/runtime'
import type { FollowCondition } from '../domain/follow/follow-condition.ts'
import type { FollowRule } from '../domain/follow/follow-rule.ts'
import { Follower, type Step } from '../domain/follow/follower.ts'
import { toQuote, type Quote } from '../domain/follow/quote.ts'
import { restore, type Restored } from '../domain/follow/restore.ts'
import type { FollowMetrics } from './follow-metrics.ts'
import { NotFollowingError, type FollowNews } from './follow-news.ts'
import type { FollowView } from './follow-view.ts'
import { orderIdOf, toRequest } from './order-request.ts'

/** The whole log `decisions`, and as many results of orders. */
const readBack = 5_000
/** Orders at most that may lie between us and executor; the token bucket keeps them far below. */
const orderCapacity = 1_000

export type FollowTermDeps = {
  readonly bus: Bus
  readonly rule: FollowRule
  readonly fence: Fence
  readonly over: AbortSignal
  readonly now: Clock
  readonly logger: Logger
  readonly news: FollowNews
  readonly metrics: FollowMetrics
  readonly view: FollowView
  readonly condition: FollowCondition
}

type Begun = {
  readonly restored: Restored
  readonly orders: Producer<'orders'>
  /** Results up to here are read, those after it are heard. */
  readonly heard: Position
}

/** One term of following: from what the term before left behind, until it is over. */
export class FollowTerm {
  readonly follower: Follower
  private readonly deps: FollowTermDeps
  private readonly orders: Producer<'orders'>
  private readonly restored: Restored
  private readonly owner: string

  /** Undefined when the term is over before it has begun. */
  static async begin(deps: FollowTermDeps, stored: Follow | undefined): Promise<FollowTerm | undefined> {
    const { bus, fence, over } = deps
    const heard = await unlessAborted(bus.head('order_results'), over)
    const log = await unlessAborted(bus.history('decisions', { limit: readBack }), over)
    const orders = await unlessAborted(
      bus.producer('orders', { partition: 0, fence, capacity: orderCapacity }),
      over,
    )
    return heard && log && orders && new FollowTerm(deps, { restored: restore(log, stored), orders, heard })
  }

  private constructor(deps: FollowTermDeps, { restored, orders, heard }: Begun) {
    const { bus, rule, fence, now } = deps
    this.deps = deps
    this.restored = restored
    this.orders = orders
    this.owner = `follow-${fence.term}`
    const follower = new Follower({ rule, restored, orderIdOf, nowMs: now() })
    this.follower = follower
    const { owner } = this
    bus.subscribe('whale_queue', ({ data }) => follower.onQueue(data, now()), { owner })
    bus.subscribe('account', ({ data }) => follower.onAccount(data, now()), { owner })
    bus.subscribe('health', ({ data }) => follower.onHealth(data), { owner })
    bus.subscribe(
      'order_results',
      (message) => {
        if (message.type === 'order_result') follower.onResult(message.data)
      },
      { owner, after: heard },
    )
  }

  async run(ticks: AsyncIterable<number>): Promise<void> {
    const { news, now } = this.deps
    // Results that came while nobody listened; those that come from now on are heard.
    if (this.restored.underWay.length > 0) await this.readResults()
    for (const { whaleId, action } of this.restored.unfinished) await news.complete(whaleId, action, now())
    for await (const _ of ticks) await this.look()
  }

  async end(): Promise<void> {
    const { bus } = this.deps
    bus.disposeOwner(this.owner)
    // Without a broker nothing can be sent, and whoever leads next sends it again.
    if (bus.connected) await this.orders.close()
  }

  private async look(): Promise<void> {
    const { now, view, condition } = this.deps
    const quotes = await this.readQuotes(this.follower.wantedBooks(now()))
    const nowMs = now()
    for (const step of this.follower.step(nowMs, quotes)) await this.take(step)
    await view.show(this.follower.view(nowMs), nowMs)
    condition.looked(this.follower.obstacle(nowMs), now())
  }

  private async take(step: Step): Promise<void> {
    const { news, now, metrics } = this.deps
    switch (step.type) {
      case 'order':
        await news.begin(step.whaleId, now(), step.order)
        return this.send(step)
      case 'ask':
        metrics.asked(step.clientOrderIds.length)
        return this.readResults()
      case 'decide': {
        const { decision, started, stateAtEvent } = step
        if (!started) await news.begin(decision.whale_id, now())
        if (await news.decide(decision)) {
          this.follower.onTold(decision)
          metrics.decided(decision)
          this.deps.logger.info('decision', { whale_id: decision.whale_id, action: decision.action })
        }
        await news.complete(decision.whale_id, decision.action, now())
        return news.announce(decision, stateAtEvent)
      }
    }
  }

  private send({ whaleId, order }: Extract<Step, { type: 'order' }>): void {
    const { logger, metrics, now } = this.deps
    const result = this.orders.enqueue(toRequest({ whaleId, order }))
    metrics.ordered(result.status === 'rejected' ? 'refused' : 'sent')
    if (result.status !== 'rejected') return
    const { reason } = result
    // Whoever leads next finds it announced and goes on with it.
    if (reason === 'fenced' || reason === 'closed')
      throw new NotFollowingError(`an order was refused: ${reason}`)
    logger.error('an order could not be sent', { whale_id: whaleId, reason })
    this.follower.onResult({
      client_order_id: order.client_order_id,
      whale_id: whaleId,
      market_ticker: order.market_ticker,
      status: 'rejected',
      broker: 'paper',
      order_id: null,
      filled_e2: 0,
      remaining_e2: 0,
      average_price_e4: null,
      fee_e6: 0,
      reason: `it could not be sent: ${reason}`,
      timestamp_ms: now(),
    })
  }

  private async readResults(): Promise<void> {
    const { bus, over } = this.deps
    const log = await unlessAborted(bus.history('order_results', { limit: readBack }), over)
    for (const message of log ?? []) if (message.type === 'order_result') this.follower.onResult(message.data)
  }

  private async readQuotes(tickers: readonly string[]): Promise<ReadonlyMap<string, Quote | undefined>> {
    const { bus, over } = this.deps
    const reading = tickers.map(async (ticker): Promise<[string, Quote | undefined]> => {
      const message = await bus.latest('book', ticker)
      return [ticker, toQuote(message?.data, this.deps.now())]
    })
    return new Map(await unlessAborted(Promise.all(reading), over))
  }
}
