import { roundTo, type Account, type Session, type TradingState } from '@whalecast/events'

/** Markets whose changes this session are remembered. */
const maxTickers = 1_000

/** What all positions are worth; `complete` when each has a mark of its own. */
export type Portfolio = { readonly valueE6: number; readonly complete: boolean }

/** Books come a moment after the account; a session that began by cost would take what they say for profit. */
const marksWaitMs = 5_000

/**
 * The profit of a session, which begins with the first account of a broker and outlives this process. Profit is what
 * the ledger of trading and the value of positions say; what the balance did beyond that is a transfer. Transfers are
 * looked for only while no order waits, since what an order sets aside looks like one until it is done.
 */
export class SessionPnl {
  private session: Session | undefined
  private firstSeenMs: number | undefined

  constructor(stored?: Session) {
    this.session = stored
  }

  /** Where the session stands, to be stored; undefined before it began. */
  get state(): Session | undefined {
    return this.session
  }

  /** Markets in which the socket changed something this session, those in which nothing is held any more included. */
  get updatedTickers(): readonly string[] {
    return this.session?.updated_tickers ?? []
  }

  onAccount(account: Account, portfolio: Portfolio, nowMs: number): void {
    const { session } = this
    if (session?.broker !== account.broker) this.begin(account, portfolio, nowMs)
    else if (session.seen_ledger_since_ms === account.ledger_since_ms)
      this.continue(session, account, portfolio)
    else this.bridge(session, account, portfolio)
    this.noteUpdates(account)
  }

  pnl(account: Account, portfolio: Portfolio, unrealizedE6: number | null): TradingState['pnl'] {
    const { session } = this
    if (!session) return null
    const { starting_equity_e6: startE6, transfers_e6: transfersE6 } = session
    const equityE6 = this.equityE6(session, account, portfolio)
    const profitE6 = equityE6 - startE6 - transfersE6
    return {
      session_start_ms: session.started_at_ms,
      starting_equity: startE6 / 10_000,
      current_equity: equityE6 / 10_000,
      transfers: transfersE6 / 10_000,
      session_pnl: profitE6 / 10_000,
      session_pnl_percent: startE6 === 0 ? 0 : roundTo((profitE6 / startE6) * 100, 2),
      invested_amount: costE6(account) / 10_000,
      realized_pnl: session.realized_e6 / 10_000,
      unrealized_pnl: unrealizedE6 === null ? null : unrealizedE6 / 10_000,
    }
  }

  /** By the ledger, from where transfers were last looked for, so that what an order sets aside is no loss. */
  private equityE6(session: Session, account: Account, { valueE6 }: Portfolio): number {
    return session.seen_balance_e6 + account.traded_cash_e6 - session.seen_traded_cash_e6 + valueE6
  }

  private begin(account: Account, { valueE6, complete }: Portfolio, nowMs: number): void {
    this.session = undefined
    this.firstSeenMs ??= nowMs
    if (!complete && nowMs - this.firstSeenMs < marksWaitMs) return
    this.firstSeenMs = undefined
    this.session = {
      started_at_ms: nowMs,
      broker: account.broker,
      starting_equity_e6: account.balance_e6 + valueE6,
      transfers_e6: 0,
      realized_e6: 0,
      ...seenOf(account, valueE6),
      updated_tickers: [],
    }
  }

  private continue(session: Session, account: Account, { valueE6 }: Portfolio): void {
    const expectedE6 = session.seen_balance_e6 + account.traded_cash_e6 - session.seen_traded_cash_e6
    const bookedE6 = bookedOf(account) - session.seen_traded_cash_e6 - session.seen_cost_e6
    const next = { ...session, ...seenOf(account, valueE6), realized_e6: session.realized_e6 + bookedE6 }
    this.session =
      account.orders.length > 0
        ? { ...next, seen_balance_e6: expectedE6 }
        : { ...next, transfers_e6: session.transfers_e6 + account.balance_e6 - expectedE6 }
  }

  /** A ledger that began anew says nothing of what lies between: none of it is taken for profit. */
  private bridge(session: Session, account: Account, { valueE6 }: Portfolio): void {
    const beforeE6 = session.seen_balance_e6 + session.seen_portfolio_e6
    this.session = {
      ...session,
      transfers_e6: session.transfers_e6 + account.balance_e6 + valueE6 - beforeE6,
      ...seenOf(account, valueE6),
    }
  }

  private noteUpdates({ positions }: Account): void {
    const { session } = this
    if (!session) return
    const fresh = positions
      .filter((each) => each.source === 'live' && each.updated_at_ms >= session.started_at_ms)
      .map(({ market_ticker }) => market_ticker)
      .filter((ticker) => !session.updated_tickers.includes(ticker))
    if (fresh.length === 0) return
    this.session = { ...session, updated_tickers: [...session.updated_tickers, ...fresh].slice(-maxTickers) }
  }
}

const costE6 = ({ positions }: Account): number => positions.reduce((sum, { cost_e6 }) => sum + cost_e6, 0)

/** What trading alone has made of the ledger: cash, and what the open positions cost. */
const bookedOf = (account: Account): number => account.traded_cash_e6 + costE6(account)

const seenOf = (account: Account, valueE6: number) => ({
  seen_balance_e6: account.balance_e6,
  seen_traded_cash_e6: account.traded_cash_e6,
  seen_ledger_since_ms: account.ledger_since_ms,
  seen_portfolio_e6: valueE6,
  seen_cost_e6: costE6(account),
})
