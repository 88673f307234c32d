import type { Account, Book, Market, Session, TradingState } from '@whalecast/events'
import { markPosition, type Mark } from './mark.ts'
import { SessionPnl } from './session-pnl.ts'
import { SyncChanges } from './sync-changes.ts'
import { portfolioOf, toTradingContent } from './trading-content.ts'
import { TradingVersions } from './trading-versions.ts'

/** What was known of the markets in which something is held. */
export type Surroundings = {
  readonly books: ReadonlyMap<string, Book>
  readonly markets: ReadonlyMap<string, Market>
}

/** Turns the newest account into the trading state, from where the reporter before stopped. */
export class TradingDesk {
  private readonly session: SessionPnl
  private readonly changes: SyncChanges
  private readonly versions: TradingVersions

  constructor(stored: { readonly state: TradingState | undefined; readonly session: Session | undefined }) {
    this.session = new SessionPnl(stored.session)
    this.changes = new SyncChanges(stored.state)
    this.versions = new TradingVersions(stored.state)
  }

  /** Where the session stands; undefined before it began. */
  get sessionState(): Session | undefined {
    return this.session.state
  }

  /** The state as it is at `nowMs`; undefined when it is the one told last. */
  look(account: Account, { books, markets }: Surroundings, nowMs: number): TradingState | undefined {
    const marks = new Map<string, Mark>()
    for (const position of account.positions) {
      const mark = markPosition(position, books.get(position.market_ticker), nowMs)
      if (mark) marks.set(position.market_ticker, mark)
    }
    const portfolio = portfolioOf(account.positions, marks)
    this.session.onAccount(account, portfolio, nowMs)
    this.changes.onAccount(account.synced_at_ms, {
      balance: account.balance_e6 / 10_000,
      portfolio_value: portfolio.valueE6 / 10_000,
      positions: account.positions.length,
      orders: account.orders.length,
    })
    const content = toTradingContent({
      account,
      marks,
      markets,
      updatedTickers: this.session.updatedTickers,
      changes: this.changes.changes,
      pnl: this.session.pnl(account, portfolio, portfolio.unrealizedE6),
    })
    return this.versions.next(content, nowMs)
  }
}
