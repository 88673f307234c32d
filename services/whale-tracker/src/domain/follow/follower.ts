import {
  roundTo,
  type Account,
  type Decision,
  type Follow,
  type FollowOrder,
  type Health,
  type OrderResult,
  type SystemActivity,
  type WhaleQueue,
} from '@whalecast/events'
import { toCandidate, type Candidate } from './candidate.ts'
import { DayLedger } from './day-ledger.ts'
import { DecisionCounts } from './decision-counts.ts'
import { Exposure } from './exposure.ts'
import { FailureBreaker } from './failure-breaker.ts'
import { followedWhale, orderDecision, skipDecision } from './follow-messages.ts'
import type { FollowRule } from './follow-rule.ts'
import { judge, type Verdict } from './judge.ts'
import { OrdersUnderWay, type Outcome, type UnderWay } from './orders-under-way.ts'
import { finalSkip, PendingWhales, type Pending } from './pending-whales.ts'
import type { Quote } from './quote.ts'
import { Remembered } from './remembered.ts'
import type { Followed, Restored } from './restore.ts'
import { TokenBucket } from './token-bucket.ts'

const memory = { maxSize: 1_000, ttlMs: 3_600_000 }
/** Followed whales in a message. */
const shownFollowed = 100
/** Health is shown every five seconds; three of them missed say that nobody watches. */
const healthStaleAfterMs = 15_000

/** What has to be done next, in this order. */
export type Step =
  /** Final: to be told once. `started`: that it is being judged was told before. */
  | {
      readonly type: 'decide'
      readonly decision: Decision
      readonly started: boolean
      /** The machine's state when this was decided; telling it can take until it is another. */
      readonly stateAtEvent: SystemActivity['state_at_event']
    }
  /** To be announced, then sent. */
  | { readonly type: 'order'; readonly whaleId: string; readonly order: FollowOrder }
  /** The results of these orders are overdue: look whether they were missed. */
  | { readonly type: 'ask'; readonly clientOrderIds: readonly string[] }

export type FollowerOptions = {
  readonly rule: FollowRule
  readonly restored: Restored
  /** The same whale always gives the same id, so that asking twice never orders twice. */
  readonly orderIdOf: (whaleId: string) => string
  readonly nowMs: number
}

/**
 * Judges whales and follows some of them. A whale is pending (it waits for the system, a book or a token; its age ends
 * every wait), then judged; or its order is under way, and it is judged when the order's result comes. Each is judged
 * once. Nothing is sent from here: `step` says what to do, and what it says is taken as done.
 */
export class Follower {
  private readonly rule: FollowRule
  private readonly orderIdOf: FollowerOptions['orderIdOf']
  private readonly pending = new PendingWhales()
  private readonly judged = new Remembered<true>(memory)
  private readonly followed = new Remembered<Followed>(memory)
  private readonly underWay = new OrdersUnderWay()
  private readonly exposure = new Exposure()
  private readonly bucket: TokenBucket
  private readonly breaker: FailureBreaker
  private readonly day: DayLedger
  private readonly counts = new DecisionCounts()
  private health: Health | undefined
  private outcomes: Outcome[] = []
  private resend: UnderWay[] = []

  constructor({ rule, restored, orderIdOf, nowMs }: FollowerOptions) {
    this.rule = rule
    this.orderIdOf = orderIdOf
    this.breaker = new FailureBreaker(rule.maxFailures)
    this.day = new DayLedger(restored.day, nowMs)
    this.bucket = new TokenBucket(rule.tradesPerMinute, restored.orders[0]?.atMs ?? nowMs)
    for (const { whaleId, atMs } of restored.judged) this.judged.put(whaleId, true, atMs)
    for (const whale of restored.followed) this.followed.put(whale.whale_id, whale, whale.placed_at_ms)
    for (const { atMs, succeeded } of restored.orders) {
      this.bucket.take(atMs)
      if (succeeded !== undefined) this.breaker.onOrdered(succeeded, atMs)
    }
    const today = this.day.state(nowMs).started_at_ms
    this.day.atLeast(restored.orders.filter(({ atMs }) => atMs >= today).length)
    for (const one of restored.underWay) {
      this.underWay.add(one, nowMs)
      this.exposure.onSent(one.order, nowMs)
      if (nowMs <= one.order.valid_until_ms) this.resend.push(one)
    }
    this.prune(nowMs)
  }

  get sizes() {
    return {
      pending: this.pending.size,
      underWay: this.underWay.size,
      judged: this.judged.size,
      followed: this.followed.size,
      markets: this.exposure.size,
      dropped: this.pending.dropped,
    }
  }

  tokens(nowMs: number): number {
    return this.bucket.tokens(nowMs)
  }

  /** The machine's state as it was last told. */
  private state(nowMs: number): Health['machine_state'] {
    const { health } = this
    return health && nowMs - health.timestamp_ms <= healthStaleAfterMs ? health.machine_state : 'unknown'
  }

  onQueue({ queue }: Pick<WhaleQueue, 'queue'>, nowMs: number): void {
    for (const entry of queue) {
      const id = entry.whale_id
      // What is still shown must not be forgotten, or it would be judged anew.
      if (this.judged.has(id)) this.judged.put(id, true, nowMs)
      else if (!this.pending.has(id) && !this.underWay.hasWhale(id)) this.pending.add(toCandidate(entry))
    }
  }

  onAccount(account: Account, nowMs: number): void {
    this.exposure.onAccount(account)
    this.day.onAccount(account, nowMs)
  }

  onHealth(health: Health): void {
    this.health = health
  }

  /** A result of an order; of those it waits for, the first final one counts. */
  onResult(result: OrderResult): void {
    const outcome = this.underWay.onResult(result)
    if (outcome) this.outcomes.push(outcome)
  }

  /** The decision was told for the first time. */
  onTold({ action }: Decision): void {
    this.counts.count(action)
  }

  /** Markets whose books are needed to judge. */
  wantedBooks(nowMs: number): readonly string[] {
    if (this.notReady(nowMs) !== undefined) return []
    const young = this.pending
      .largestFirst()
      .filter(({ whale }) => nowMs - whale.executedAtMs <= this.rule.maxAgeMs && whale.side !== 'unknown')
    return [...new Set(young.map(({ whale }) => whale.marketTicker))]
  }

  /** Everything that is to be done by now. */
  step(nowMs: number, quotes: ReadonlyMap<string, Quote | undefined>): readonly Step[] {
    this.prune(nowMs)
    const { ask, lost } = this.underWay.onTick(nowMs)
    const ended = [...this.outcomes.splice(0), ...lost].map((outcome) => this.end(outcome, nowMs))
    const again: Step[] = this.resend.splice(0).map((one) => ({ type: 'order', ...one }))
    const judged = this.pending.largestFirst().flatMap((one) => this.consider(one, quotes, nowMs) ?? [])
    return [
      ...ended,
      ...again,
      ...judged,
      ...(ask.length > 0 ? [{ type: 'ask' as const, clientOrderIds: ask }] : []),
    ]
  }

  /** How following stands, for everyone to see. */
  view(nowMs: number): Follow {
    const reason = this.notReady(nowMs) ?? this.resting(nowMs)
    const followed = this.followed.values().toReversed().slice(0, shownFollowed)
    return {
      strategy: this.rule.strategy,
      active: reason === undefined,
      reason: reason ?? '',
      stats: this.counts.stats({
        tokens_remaining: this.bucket.tokens(nowMs),
        max_tokens: this.bucket.capacity,
        token_refill_seconds: this.bucket.refillMs / 1_000,
      }),
      followed_whales: followed.map((whale) => ({
        ...whale,
        age_seconds: Math.max(0, roundTo((nowMs - whale.placed_at_ms) / 1_000, 1)),
      })),
      day: this.day.state(nowMs),
      timestamp_ms: nowMs,
    }
  }

  /** Why nothing can be judged though a strategy follows: something outside is missing. */
  obstacle(nowMs: number): string | undefined {
    return this.exposure.notFresh(nowMs) ?? this.resting(nowMs)
  }

  private consider(
    one: Pending,
    quotes: ReadonlyMap<string, Quote | undefined>,
    nowMs: number,
  ): Step | undefined {
    const { whale } = one
    const ticker = whale.marketTicker
    const quote = quotes.get(ticker)
    // Without a ready system nobody has asked for the book yet.
    const isMissing = quote === undefined && this.notReady(nowMs) === undefined
    one.noBookSinceMs = isMissing ? (one.noBookSinceMs ?? nowMs) : undefined
    const verdict = judge(this.rule, whale, {
      nowMs,
      notReady: this.notReady(nowMs),
      heldE2: this.exposure.heldE2(ticker),
      openOrders: this.exposure.openOrders(ticker),
      quote,
      bookMissingMs: nowMs - (one.noBookSinceMs ?? nowMs),
      committedE6: this.exposure.committedE6,
      balanceE6: this.exposure.balanceE6,
      tradesToday: this.day.trades(nowMs),
      lossTodayE6: this.day.lossE6(nowMs),
      halted: this.breaker.reason(nowMs, this.underWay.size),
      tokens: this.bucket.tokens(nowMs),
    })
    if (verdict.type === 'wait') {
      one.wait = verdict
      return undefined
    }
    this.pending.remove(whale.whaleId)
    if (verdict.type === 'order') return this.order(whale, verdict, nowMs)
    this.judged.put(whale.whaleId, true, nowMs)
    return this.decide(skipDecision(whale, finalSkip(verdict, one), nowMs), { started: false })
  }

  private order(
    whale: Candidate,
    { side, priceE4 }: Extract<Verdict, { type: 'order' }>,
    nowMs: number,
  ): Step {
    const order: FollowOrder = {
      client_order_id: this.orderIdOf(whale.whaleId),
      market_ticker: whale.marketTicker,
      title: whale.title,
      side,
      price_e4: priceE4,
      count_e2: this.rule.countE2,
      requested_at_ms: nowMs,
      valid_until_ms: whale.executedAtMs + this.rule.maxAgeMs,
      whale_size_dollars: whale.sizeDollars,
      whale_at_ms: whale.executedAtMs,
    }
    const one = { whaleId: whale.whaleId, order }
    this.bucket.take(nowMs)
    this.day.onTrade(nowMs)
    this.underWay.add(one, nowMs)
    this.exposure.onSent(one.order, nowMs)
    return { type: 'order', ...one }
  }

  private end(outcome: Outcome, nowMs: number): Step {
    const { whaleId, order, result } = outcome
    const decision = orderDecision(outcome, nowMs)
    const succeeded = decision.action === 'followed'
    this.judged.put(whaleId, true, nowMs)
    this.breaker.onOrdered(succeeded, nowMs)
    this.exposure.onOutcome(order, result === 'unknown' ? undefined : result, nowMs)
    if (succeeded && result !== 'unknown') {
      this.followed.put(whaleId, followedWhale(whaleId, order, result), nowMs)
    }
    return this.decide(decision, { started: true })
  }

  private decide(decision: Decision, { started }: { readonly started: boolean }): Step {
    return { type: 'decide', decision, started, stateAtEvent: this.state(decision.timestamp_ms) }
  }

  private notReady(nowMs: number): string | undefined {
    const state = this.state(nowMs)
    return state === 'ready' ? this.exposure.notFresh(nowMs) : `the system is not ready: ${state}`
  }

  private resting(nowMs: number): string | undefined {
    const lossE6 = this.day.lossE6(nowMs)
    if (lossE6 >= this.rule.maxDailyLossE6)
      return `halted until tomorrow: $${(lossE6 / 1e6).toFixed(2)} lost today`
    return this.breaker.reason(nowMs, this.underWay.size)
  }

  private prune(nowMs: number): void {
    this.judged.prune(nowMs)
    this.followed.prune(nowMs)
    this.exposure.prune(nowMs)
  }
}
