import { VenueError } from '../venue/venue.ts'
import type { Account } from './account.ts'
import { type Accounts, centE6 } from './accounts.ts'

/** The books of one account in 1e-6 dollars: cash = deposits + realized − position cost − fees, exactly. */
export type AccountSummary = {
  readonly account: string
  readonly user_id: string
  readonly cash_micros: number
  readonly reserved_micros: number
  readonly deposits_micros: number
  readonly realized_pnl_micros: number
  readonly position_cost_micros: number
  readonly fees_micros: number
  readonly resting_orders: number
  readonly fills: number
  readonly settlements: number
}

/** Lets tests and operators look into accounts and move money in and out. */
export class AccountOffice {
  readonly #accounts: Accounts

  constructor(accounts: Accounts) {
    this.#accounts = accounts
  }

  summaries(): AccountSummary[] {
    return [...this.#accounts.all()].map(summaryOf)
  }

  /** Moves cents in, or out when negative. Throws VenueError for an unknown account or more than it can spare. */
  deposit(cents: number, id: string): AccountSummary {
    const account = this.#accounts.find(id)
    if (!account) throw new VenueError(`no account ${id}`)
    if (!Number.isSafeInteger(cents) || cents === 0)
      throw new VenueError('cents must be a whole number, not zero')
    if (account.availableE6 + cents * centE6 < 0)
      throw new VenueError(`account ${id} has no ${-cents} cents to spare`)
    account.transfer(cents * centE6)
    return summaryOf(account)
  }
}

function summaryOf(account: Account): AccountSummary {
  const { cashE6, availableE6, restingCount } = account
  const { positions, transfers, fills, settlements } = account.current()
  const sum = <T>(items: readonly T[], amountOf: (item: T) => number) =>
    items.reduce((total, item) => total + amountOf(item), 0)
  return {
    account: account.id,
    user_id: account.userId,
    cash_micros: cashE6,
    reserved_micros: cashE6 - availableE6,
    deposits_micros: sum(transfers, ({ amountE6 }) => amountE6),
    realized_pnl_micros: sum(positions, ({ realizedE6 }) => realizedE6),
    position_cost_micros: sum(positions, ({ costE6 }) => costE6),
    fees_micros: sum(positions, ({ feesE6 }) => feesE6),
    resting_orders: restingCount,
    fills: fills.length,
    settlements: settlements.length,
  }
}
