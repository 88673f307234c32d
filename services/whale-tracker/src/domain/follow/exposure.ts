import type { Account, FollowOrder, OrderResult } from '@whalecast/events'
import { Remembered } from './remembered.ts'

/** Reads of an account may miss what happened shortly before them. */
const readLagMs = 5_000
/** A snapshot older than this is not acted upon. */
const freshMs = 60_000
const recentBounds = { maxSize: 1_000, ttlMs: 3_600_000 }

type Recent = {
  readonly clientOrderId: string
  readonly costE6: number
  readonly side: FollowOrder['side']
  /** Contracts known to be bought. */
  readonly filledE2: number
  readonly remainingE2: number
  /** When its outcome came; undefined while it is awaited. */
  readonly settledAtMs: number | undefined
}

/**
 * What is at stake: the newest account, and on top of it what was ordered since, so that a snapshot from before an
 * order cannot double a position. What the account must know by now is forgotten here.
 */
export class Exposure {
  private account: Account | undefined
  private readonly recent = new Remembered<Recent>(recentBounds)

  get size(): number {
    return this.recent.size
  }

  get balanceE6(): number {
    return (this.account?.balance_e6 ?? 0) - this.unknownCostE6()
  }

  /** Why the account cannot be relied on now. */
  notFresh(nowMs: number): string | undefined {
    if (!this.account) return 'no account has been read yet'
    const isFresh = nowMs - this.account.synced_at_ms <= freshMs
    return isFresh ? undefined : `the account was not read for more than ${freshMs / 1_000} s`
  }

  onAccount(account: Account): void {
    this.account = account
    for (const [ticker, { settledAtMs }] of this.recent) {
      if (settledAtMs !== undefined && account.synced_at_ms > settledAtMs + readLagMs)
        this.recent.delete(ticker)
    }
  }

  onSent(order: FollowOrder, nowMs: number): void {
    const { client_order_id: clientOrderId, side, count_e2: remainingE2 } = order
    const costE6 = order.price_e4 * order.count_e2
    this.recent.put(
      order.market_ticker,
      { clientOrderId, costE6, side, filledE2: 0, remainingE2, settledAtMs: undefined },
      nowMs,
    )
  }

  /** The outcome of an order. Without a result nobody knows it, and the market stays as if it was placed. */
  onOutcome(order: FollowOrder, result: OrderResult | undefined, nowMs: number): void {
    const known = this.recent.get(order.market_ticker)
    if (known && known.clientOrderId !== order.client_order_id) return
    if (result && result.status !== 'placed') return this.recent.delete(order.market_ticker)
    const filledE2 = result?.filled_e2 ?? 0
    const remainingE2 = result?.remaining_e2 ?? order.count_e2
    const costE6 = order.price_e4 * (filledE2 + remainingE2)
    const { client_order_id: clientOrderId, side } = order
    this.recent.put(
      order.market_ticker,
      { clientOrderId, costE6, side, filledE2, remainingE2, settledAtMs: nowMs },
      nowMs,
    )
  }

  prune(nowMs: number): void {
    this.recent.prune(nowMs)
  }

  /** Contracts held of a market, of YES above zero and of NO below; what was just bought counts. */
  heldE2(ticker: string): number {
    const position = this.account?.positions.find((each) => each.market_ticker === ticker)
    const { side, filledE2 } = this.recent.get(ticker) ?? { side: 'yes', filledE2: 0 }
    return position?.position_e2 ?? (side === 'yes' ? filledE2 : -filledE2)
  }

  openOrders(ticker: string): number {
    const known = this.account?.orders.filter((each) => each.market_ticker === ticker).length ?? 0
    return Math.max(known, (this.recent.get(ticker)?.remainingE2 ?? 0) > 0 ? 1 : 0)
  }

  /** What open positions and waiting orders cost, with what the account does not show yet. */
  get committedE6(): number {
    const { positions = [], orders = [] } = this.account ?? {}
    const held = positions.reduce((sum, { cost_e6 }) => sum + cost_e6, 0)
    const waiting = orders
      .filter(({ action }) => action === 'buy')
      .reduce((sum, order) => sum + order.price_e4 * order.remaining_e2, 0)
    return held + waiting + this.unknownCostE6()
  }

  private unknownCostE6(): number {
    const { positions = [], orders = [] } = this.account ?? {}
    const shown = new Set([...positions, ...orders].map(({ market_ticker }) => market_ticker))
    return [...this.recent].reduce((sum, [ticker, { costE6 }]) => (shown.has(ticker) ? sum : sum + costE6), 0)
  }
}
