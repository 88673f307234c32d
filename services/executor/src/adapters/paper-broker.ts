import type { Bus, Message } from '@whalecast/bus'
import type { Market } from '@whalecast/events'
import type { Clock, Logger } from '@whalecast/runtime'
import { tellPaperFill, tellPaperSettlement } from '../domain/activities.ts'
import type { Broker, Order, Outcome, RestingOrder } from '../domain/broker.ts'
import { toAccount } from '../domain/paper/account-message.ts'
import { bookObstacle, Offers } from '../domain/paper/offers.ts'
import { PaperAccount, type PaperNews } from '../domain/paper/paper-account.ts'
import { emptyPaper, type PaperState } from '../domain/paper/paper-state.ts'
import type { ExecutorMetrics } from '../executor-metrics.ts'
import type { BrokerSeat } from '../orders-worker.ts'
import { paperField, readPaper } from './paper-store.ts'
import type { Announcer } from './told.ts'

/** The account is said again this often when nothing happens, so that a Redis that lost it gets it back. */
const unchangedEveryMs = 5_000

/** A market in one of these is over: it pays. */
const overStatus: ReadonlySet<string> = new Set(['finalized', 'settled'])

export type PaperOptions = {
  readonly bus: Bus
  readonly seat: BrokerSeat
  readonly balanceE6: number
  /** How long what is not filled at once rests. */
  readonly restMs: number
  readonly announcer: Announcer
  readonly metrics: ExecutorMetrics
  readonly logger: Logger
  readonly now: Clock
  /** Grows by one with every call, also across brokers of this process. */
  readonly nextVersion: () => number
}

/**
 * Trades on paper: orders fill from the live book, what rests from later prints, markets pay when they are decided.
 * It talks to no exchange. Every step is durable before anybody hears of it.
 */
export class PaperBroker implements Broker {
  readonly name = 'paper'
  readonly settleMs = 0
  private readonly options: PaperOptions
  private readonly account: PaperAccount
  private readonly offers = new Offers()
  private readonly owner: string
  private steps: Promise<unknown> = Promise.resolve()
  private publishedMs = -Infinity
  private failed: unknown

  constructor(options: PaperOptions) {
    this.options = options
    const { bus, seat, now } = options
    this.account = new PaperAccount(this.load())
    this.owner = `paper-${seat.fence.term}-${options.nextVersion()}`
    bus.subscribe('tape', (message) => this.onTape(message), { owner: this.owner })
    bus.subscribe('market', ({ data }) => this.onMarkets([data]), { owner: this.owner })
    void this.askForMarkets()
    this.publish(now())
  }

  /** What the account is off by; 0 as long as it is sound. */
  get imbalanceE6(): number {
    return this.account.imbalanceE6
  }

  async place(order: Order): Promise<Outcome> {
    return this.step(async () => {
      const { bus, now, restMs } = this.options
      const [told, market] = await Promise.all([
        bus.latest('book', order.market_ticker),
        bus.latest('market', order.market_ticker),
      ])
      const book = told?.data
      const nowMs = now()
      const obstacle = bookObstacle(book, nowMs)
      if (!book || obstacle !== undefined) return { type: 'rejected', reason: obstacle ?? 'no book' }
      const { side, action, count_e2: countE2, price_e4: limitE4 } = order
      const taker = { side, action, countE2, limitE4 }
      const walk = this.offers.walk(book, taker)
      const restsUntilMs = restMs > 0 ? nowMs + restMs : undefined
      const outcome = this.account.place(order, walk, { nowMs, restsUntilMs, fees: market?.data.fees })
      if (outcome.type !== 'placed') return outcome
      this.offers.take(book, taker, walk)
      await this.keep(outcome)
      return outcome
    })
  }

  async find(order: Order) {
    return this.step(() => Promise.resolve(this.account.find(order.client_order_id)))
  }

  async resting(): Promise<readonly RestingOrder[]> {
    return this.account.resting.map((order) => ({
      orderId: order.order_id,
      ticker: order.market_ticker,
      groupId: order.order_group_id,
      createdAtMs: order.created_at_ms,
    }))
  }

  async cancel({ orderId }: RestingOrder): Promise<'canceled' | 'gone'> {
    return this.step(async () => {
      const done = this.account.cancel(orderId)
      if (done === 'canceled') await this.keep(noNews)
      return done
    })
  }

  async maintain(nowMs: number): Promise<void> {
    const { metrics } = this.options
    const isDue = this.account.resting.some((order) => order.rests_until_ms <= nowMs)
    if (isDue) {
      await this.quietly(async () => {
        const expired = this.account.expire(nowMs)
        for (let n = 0; n < expired; n += 1) metrics.canceled('stale')
        if (expired > 0) await this.keep(noNews)
      })
    }
    if (nowMs - this.publishedMs >= unchangedEveryMs) {
      this.publish(nowMs)
      await this.askForMarkets()
    }
  }

  close(): void {
    this.options.bus.disposeOwner(this.owner)
  }

  private load(): PaperState {
    const { seat, balanceE6, logger, announcer, now } = this.options
    const stored = readPaper(seat.fields.get(paperField))
    if (stored !== undefined && stored !== 'unreadable') return stored
    if (stored === 'unreadable') {
      // Money is not forgotten in silence: what cannot be read is put aside for somebody to look at.
      const message = 'The stored paper account cannot be read; it was put aside and a new one begins'
      announcer.tell(
        { id: `paper-unreadable:${now()}`, type: 'trading_error', severity: 'error', message },
        now(),
      )
      void seat
        .save({ set: { [`${paperField}:unreadable:${now()}`]: seat.fields.get(paperField) ?? '' } })
        .catch((error: unknown) => logger.error('the old paper account could not be put aside', { error }))
    }
    return emptyPaper(balanceE6, now())
  }

  private onTape({ items }: Message<'tape'>): Promise<void> | undefined {
    const tickers = new Set(this.account.resting.map((order) => order.market_ticker))
    const prints = items.filter((trade) => tickers.has(trade.market_ticker))
    if (prints.length === 0) return undefined
    return this.quietly(async () => {
      const news = prints.map((trade) => this.account.onPrint(trade, this.options.now()))
      const fills = news.flatMap((one) => one.fills)
      if (fills.length > 0) await this.keep({ fills, settlements: [] })
    })
  }

  private onMarkets(markets: readonly Market[]): Promise<void> | undefined {
    const concerned = new Set(this.tickers())
    const over = markets.filter(
      ({ status, market_ticker: ticker }) => overStatus.has(status) && concerned.has(ticker),
    )
    if (over.length === 0) return undefined
    return this.quietly(async () => {
      const { now } = this.options
      for (const { market_ticker: ticker, result, settlement_e4: yesPaysE4 } of over) {
        // Without its result nobody can say what it pays; the market is asked for again.
        if (result === undefined || yesPaysE4 === undefined || yesPaysE4 === null) continue
        await this.keep(this.account.onSettled({ ticker, result, yesPaysE4 }, now()))
      }
    })
  }

  private tickers(): string[] {
    const { positions } = this.account.state
    return [...positions, ...this.account.resting].map((one) => one.market_ticker)
  }

  /** Markets that were decided while nobody listened. */
  private async askForMarkets(): Promise<void> {
    const { bus } = this.options
    try {
      const messages = await Promise.all(
        [...new Set(this.tickers())].map((ticker) => bus.latest('market', ticker)),
      )
      await this.onMarkets(messages.flatMap((message) => message?.data ?? []))
    } catch {
      // Redis did not answer; they are asked for again soon.
    }
  }

  /** One step after the other: each sees the account as the one before left and kept it. */
  private step<Answer>(work: () => Promise<Answer>): Promise<Answer> {
    const done = this.steps.then(() => {
      // What could not be kept must not be built on: the next worker starts from what was.
      if (this.failed !== undefined) throw this.failed
      return work()
    })
    this.steps = done.catch(() => undefined)
    return done
  }

  private async quietly(work: () => Promise<void>): Promise<void> {
    await this.step(work).catch((error: unknown) => {
      if (!this.options.seat.over.aborted)
        this.options.logger.error('a step of the paper account failed', { error })
    })
  }

  /** Makes the account durable, then tells of it. */
  private async keep({ fills, settlements }: PaperNews): Promise<void> {
    const { seat, announcer, metrics, now } = this.options
    try {
      await seat.save({ set: { [paperField]: JSON.stringify(this.account.state) } })
    } catch (error) {
      this.failed = error
      throw error
    }
    const nowMs = now()
    this.publish(nowMs)
    metrics.fills(fills.length)
    for (const fill of fills) announcer.tell(tellPaperFill(fill), nowMs)
    for (const settlement of settlements) announcer.tell(tellPaperSettlement(settlement), nowMs)
  }

  private publish(nowMs: number): void {
    const { bus, seat, logger, nextVersion } = this.options
    if (seat.over.aborted) return
    this.publishedMs = nowMs
    const event = { type: 'account', data: toAccount(this.account.state, nowMs) } as const
    const options = { fence: seat.fence, version: nextVersion() }
    void bus.put('account', event, options).then(
      (result) => {
        if (result.status === 'unconfirmed') this.publishedMs = -Infinity
        if (result.status === 'rejected' && result.reason === 'invalid')
          logger.error('the paper account does not fit its schema', { account: event.data })
      },
      (error: unknown) => logger.warn('the paper account could not be published', { error }),
    )
  }
}

const noNews: PaperNews = { fills: [], settlements: [] }
