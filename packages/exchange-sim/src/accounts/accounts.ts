import { randomUUID } from 'node:crypto'
import { Account } from './account.ts'
import type { AccountListener } from './account-events.ts'

export type AccountsOptions = {
  /** What a new account begins with. */
  readonly balanceCents: number
  readonly readLagMs: number
  readonly keep: number
  readonly clock: () => number
}

/** 1e-6 dollars in a cent. */
export const centE6 = 10_000

/** The members of the exchange. An account exists from the first key on that belongs to it. */
export class Accounts {
  readonly #options: AccountsOptions
  readonly #accounts = new Map<string, Account>()
  readonly #listeners = new Set<AccountListener>()

  constructor(options: AccountsOptions) {
    this.#options = options
  }

  /** Reads show accounts as they stood at this time. */
  get asOfMs(): number {
    return this.#options.clock() - this.#options.readLagMs
  }

  all(): Iterable<Account> {
    return this.#accounts.values()
  }

  find(id: string): Account | undefined {
    return this.#accounts.get(id)
  }

  listen(listener: AccountListener): void {
    this.#listeners.add(listener)
  }

  /** The account of this id, opened with the starting balance if it is new. */
  open(id: string): Account {
    const known = this.#accounts.get(id)
    if (known) return known
    const account = new Account({
      ...this.#options,
      id,
      userId: randomUUID(),
      balanceE6: this.#options.balanceCents * centE6,
      tell: (event) => {
        for (const listener of this.#listeners) listener(event)
      },
    })
    this.#accounts.set(id, account)
    return account
  }
}
