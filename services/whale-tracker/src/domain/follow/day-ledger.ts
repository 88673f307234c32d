import type { Account, Follow } from '@whalecast/events'

const dayMs = 86_400_000
const startOf = (nowMs: number): number => nowMs - (nowMs % dayMs)

/** What of the account trading alone has moved: cash, and what open positions cost. */
const bookedE6 = (account: Account): number =>
  account.traded_cash_e6 + account.positions.reduce((sum, { cost_e6 }) => sum + cost_e6, 0)

/**
 * What happened on one day (UTC): whales followed, and the profit that was realized, fees included. Transfers are no
 * part of it, since the ledger of an account knows trading only; a position counts as what it cost until it closes.
 */
export class DayLedger {
  private startedAtMs: number
  private tradeCount = 0
  private realizedE6 = 0
  private seen: { readonly ledgerSinceMs: number; readonly bookedE6: number } | undefined

  constructor(stored: Follow['day'] | undefined, nowMs: number) {
    this.startedAtMs = startOf(nowMs)
    if (stored?.booked_e6 != null && stored.ledger_since_ms !== null) {
      this.seen = { ledgerSinceMs: stored.ledger_since_ms, bookedE6: stored.booked_e6 }
    }
    if (stored?.started_at_ms !== this.startedAtMs) return
    this.tradeCount = stored.trades
    this.realizedE6 = stored.realized_pnl_e6
  }

  trades(nowMs: number): number {
    this.roll(nowMs)
    return this.tradeCount
  }

  /** What was lost today; 0 for a gain. */
  lossE6(nowMs: number): number {
    this.roll(nowMs)
    return Math.max(0, -this.realizedE6)
  }

  onTrade(nowMs: number): void {
    this.roll(nowMs)
    this.tradeCount += 1
  }

  /** At least so many were followed today, by somebody else's word. */
  atLeast(trades: number): void {
    this.tradeCount = Math.max(this.tradeCount, trades)
  }

  /** A ledger that began anew says nothing about the time before it. */
  onAccount(account: Account, nowMs: number): void {
    this.roll(nowMs)
    const now = { ledgerSinceMs: account.ledger_since_ms, bookedE6: bookedE6(account) }
    if (this.seen?.ledgerSinceMs === now.ledgerSinceMs) this.realizedE6 += now.bookedE6 - this.seen.bookedE6
    this.seen = now
  }

  state(nowMs: number): Follow['day'] {
    this.roll(nowMs)
    return {
      started_at_ms: this.startedAtMs,
      trades: this.tradeCount,
      realized_pnl_e6: this.realizedE6,
      ledger_since_ms: this.seen?.ledgerSinceMs ?? null,
      booked_e6: this.seen?.bookedE6 ?? null,
    }
  }

  private roll(nowMs: number): void {
    if (startOf(nowMs) <= this.startedAtMs) return
    this.startedAtMs = startOf(nowMs)
    this.tradeCount = 0
    this.realizedE6 = 0
  }
}
