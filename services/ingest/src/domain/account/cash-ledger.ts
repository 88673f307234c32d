import type { Settlement } from '@whalecast/events'
import type { AccountFill } from '@whalecast/kalshi'

const dollarE4 = 10_000

/**
 * What trading alone has done to the account's cash since a moment, in 1e-6 dollars. Beyond it the balance is moved
 * by transfers, and by what is put aside for resting orders.
 */
export class CashLedger {
  #cashE6: number
  readonly sinceMs: number
  /** Contracts held, YES positive. */
  #held = new Map<string, number>()

  constructor(sinceMs: number, cashE6 = 0) {
    this.sinceMs = sinceMs
    this.#cashE6 = cashE6
  }

  get cashE6(): number {
    return this.#cashE6
  }

  /** What is held, as the exchange says it. */
  hold(positions: Iterable<{ readonly market_ticker: string; readonly position_e2: number }>): void {
    this.#held = new Map([...positions].map((one) => [one.market_ticker, one.position_e2]))
  }

  /**
   * A match. Contracts of one outcome are netted against those held of the other, and each pair pays its dollar
   * back at once; so what a match costs depends on what was held. Answers the cash it moved.
   */
  fill(fill: AccountFill): number {
    const { market_ticker: ticker, side, action, price_e4, count_e2: countE2, fee_e6 } = fill
    // Selling one outcome is buying the other at what is left of the dollar.
    const buysYes = (side === 'yes') === (action === 'buy')
    const priceE4 = action === 'buy' ? price_e4 : dollarE4 - price_e4
    const signedE2 = buysYes ? countE2 : -countE2
    const beforeE2 =
      fill.position_after_e2 === null ? (this.#held.get(ticker) ?? 0) : fill.position_after_e2 - signedE2
    const opposedE2 = Math.sign(beforeE2) === -Math.sign(signedE2) ? Math.abs(beforeE2) : 0
    const closesE2 = Math.min(countE2, opposedE2)
    const afterE2 = beforeE2 + signedE2
    if (afterE2 === 0) this.#held.delete(ticker)
    else this.#held.set(ticker, afterE2)
    const movedE6 = (dollarE4 - priceE4) * closesE2 - priceE4 * (countE2 - closesE2) - fee_e6
    this.#cashE6 += movedE6
    return movedE6
  }

  /** A market paid. Its fees were paid with the fills. Answers the cash it moved. */
  settle({ market_ticker, revenue_e6 }: Settlement): number {
    this.#held.delete(market_ticker)
    this.#cashE6 += revenue_e6
    return revenue_e6
  }
}
