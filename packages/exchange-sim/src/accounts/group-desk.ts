import { randomUUID } from 'node:crypto'
import type { Venue } from '../venue/venue.ts'
import type { Account } from './account.ts'
import type { GroupStep, OrderGroup } from './order-groups.ts'
import { OrderRefusal } from './order-refusal.ts'

/** Where accounts keep their order groups: what trades is counted, and a group that is exhausted is cancelled. */
export class GroupDesk {
  readonly #venue: Venue

  constructor(venue: Venue) {
    this.#venue = venue
  }

  /** The group of this id; throws OrderRefusal when the account has none. */
  get(account: Account, id: string): OrderGroup {
    const group = account.groups.find(id)
    if (!group) throw new OrderRefusal(404, 'order_group_not_found')
    return group
  }

  /** Starts a group; answers its id. */
  create(account: Account, limitE2: number): string {
    const id = randomUUID()
    account.groups.create(id, limitE2)
    this.#tell(account, id, 'created')
    return id
  }

  /** Cancels the orders of a group and lets it take none until it is reset. */
  trigger(account: Account, id: string): void {
    if (this.get(account, id).triggered) return
    account.groups.trigger(id)
    this.#tell(account, id, 'triggered')
    this.#cancelOrders(account, id)
  }

  reset(account: Account, id: string): void {
    this.get(account, id)
    account.groups.reset(id)
    this.#tell(account, id, 'reset')
  }

  /** Sets another limit; one that has been reached already triggers the group. */
  setLimit(account: Account, id: string, limitE2: number): void {
    this.get(account, id)
    account.groups.setLimit(id, limitE2)
    this.#tell(account, id, 'limit_updated')
    this.#judge(account, id)
  }

  /** Ends a group and cancels its orders. */
  delete(account: Account, id: string): void {
    this.get(account, id)
    this.#cancelOrders(account, id)
    this.#tell(account, id, 'deleted')
    account.groups.delete(id)
  }

  /** Counts contracts that an order of the group has traded. */
  count(account: Account, id: string, fill: { tsMs: number; countE2: number }): void {
    account.groups.count(id, fill)
    this.#judge(account, id)
  }

  /** True while orders of the group may trade; an order without a group always may. */
  mayTrade(account: Account, id: string | undefined): boolean {
    return id === undefined || account.groups.find(id)?.triggered === false
  }

  #judge(account: Account, id: string): void {
    if (account.groups.isExhausted(id, this.#venue.now())) this.trigger(account, id)
  }

  #cancelOrders(account: Account, id: string): void {
    for (const { ticker, groupId, restingId = 0 } of account.resting()) {
      if (groupId === id) this.#venue.cancel(ticker, restingId)
    }
  }

  #tell(account: Account, groupId: string, step: GroupStep): void {
    const { limitE2 = 0 } = account.groups.find(groupId) ?? {}
    account.tell({ type: 'group', groupId, step, limitE2, tsMs: this.#venue.now() })
  }
}
