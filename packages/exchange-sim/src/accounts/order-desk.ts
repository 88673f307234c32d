import type { Market } from '../venue/market.ts'
import type { Venue } from '../venue/venue.ts'
import type { Account, AccountMarket } from './account.ts'
import type { Accounts } from './accounts.ts'
import { GroupDesk } from './group-desk.ts'
import { OrderHolder } from './order-holder.ts'
import type { OrderRecord, OrderTicket, UpdateReason } from './order-record.ts'
import { invalidOrder, OrderRefusal, unknownOrder } from './order-refusal.ts'
import { outlookOf } from './outlook.ts'
import { signed } from './position.ts'

export type OrderLimits = {
  readonly openOrders: number
  /** After all orders were cancelled, new ones are cancelled as well for this long once they rest. */
  readonly cancelAllHoldMs: number
}

type DeskDeps = { readonly venue: Venue; readonly accounts: Accounts; readonly limits: OrderLimits }

/** A change of price or size; `countE2` counts what has filled already. */
export type Amendment = Pick<OrderTicket, 'ticker' | 'side' | 'priceE4' | 'countE2'> & {
  readonly clientOrderId: string | undefined
  readonly newClientOrderId: string | undefined
}

/** Where accounts trade: their orders go into the venue's own books, and what happens there comes back to them. */
export class OrderDesk {
  readonly groups: GroupDesk
  readonly #deps: DeskDeps
  readonly #heldUntil = new Map<string, number>()

  constructor(deps: DeskDeps) {
    this.#deps = deps
    this.groups = new GroupDesk(deps.venue)
    deps.venue.listen((event) => {
      if (event.type !== 'lifecycle' || event.step !== 'settled' || event.market.result === '') return
      for (const account of deps.accounts.all())
        account.settle(event.market.ticker, event.market.result, event.tsMs)
    })
  }

  /** Places an order; answers what has become of it at once. Throws OrderRefusal. */
  place(account: Account, ticket: OrderTicket): OrderRecord {
    const market = this.#openMarket(ticket.ticker)
    if (account.hasUsed(ticket.clientOrderId)) throw new OrderRefusal(409, 'order_already_exists')
    this.#checkGroup(account, ticket.groupId)
    if (account.restingCount >= this.#deps.limits.openOrders) throw invalidOrder('too many open orders')
    const mostE2 = most(ticket, account.position(this.#accountMarket(market)).countE2)
    this.#check(account, market, { ticket: { ...ticket, countE2: mostE2 } })
    return this.#send(account, market, { id: account.open(ticket), mostE2 })
  }

  /** Cancels a resting order; answers it, and how much of it was still open. */
  cancel(account: Account, id: string): { order: OrderRecord; canceledE2: number } {
    const before = this.#restingOrder(account, id)
    this.#deps.venue.cancel(before.ticker, before.restingId)
    return { order: account.get(id), canceledE2: before.remainingE2 }
  }

  /** Cancels all resting orders, and for a while those that come after. */
  cancelAll(account: Account): void {
    this.#heldUntil.set(account.id, this.#deps.venue.now() + this.#deps.limits.cancelAllHoldMs)
    for (const { ticker, restingId = 0 } of account.resting()) this.#deps.venue.cancel(ticker, restingId)
  }

  /** Takes contracts off a resting order, which keeps its place; one left with none is cancelled. */
  decrease(account: Account, id: string, change: { byE2: number } | { toE2: number }): OrderRecord {
    const before = this.#restingOrder(account, id)
    const leftE2 = 'toE2' in change ? change.toE2 : Math.max(0, before.remainingE2 - change.byE2)
    if (leftE2 > before.remainingE2) throw invalidOrder('an order can only be made smaller')
    if (leftE2 === 0) return this.cancel(account, id).order
    return this.#shrink(account, before, { remainingE2: leftE2, reason: 'Decrease' })
  }

  /** Changes price and size. Only an order that gets smaller and stays where it is keeps its place. */
  amend(account: Account, id: string, amendment: Amendment): OrderRecord {
    const before = this.#restingOrder(account, id)
    const market = this.#openMarket(before.ticker)
    const { priceE4, countE2, clientOrderId, newClientOrderId } = amendment
    if (amendment.ticker !== before.ticker || amendment.side !== before.side) {
      throw invalidOrder('ticker and side cannot be amended')
    }
    if (clientOrderId !== undefined && clientOrderId !== before.clientOrderId) throw unknownOrder()
    if (account.hasUsed(newClientOrderId)) throw new OrderRefusal(409, 'order_already_exists')
    const remainingE2 = countE2 - before.filledE2
    if (remainingE2 <= 0) throw invalidOrder('count must be above what has filled')
    const change = {
      clientOrderId: newClientOrderId ?? before.clientOrderId,
      initialE2: countE2,
      remainingE2,
      reason: 'Amend' as const,
    }
    if (priceE4 === before.priceE4 && remainingE2 <= before.remainingE2) {
      return this.#shrink(account, before, change)
    }
    const ticket = { ...before, priceE4, countE2: remainingE2 }
    this.#check(account, market, { ticket, replaced: before.restingId })
    return this.#deps.venue.batch(() => {
      this.#deps.venue.pull(before.ticker, before.restingId)
      account.update(id, this.#accountMarket(market), { ...change, priceE4, restingId: undefined })
      return this.#send(account, market, { id })
    })
  }

  /** Cancels what has expired by now. */
  expire(): void {
    const nowMs = this.#deps.venue.now()
    for (const account of this.#deps.accounts.all()) {
      for (const { ticker, restingId = 0, expirationMs = Infinity } of account.resting()) {
        if (expirationMs <= nowMs) this.#deps.venue.cancel(ticker, restingId, 'ExpiryCancel')
      }
    }
  }

  /** What a market is to an account. */
  #accountMarket(market: Market): AccountMarket {
    const { ticker, listing } = market
    return { ticker, eventTicker: listing.eventTicker, fees: this.#deps.venue.feesOf(market) }
  }

  #openMarket(ticker: string): Market {
    const market = this.#deps.venue.markets.get(ticker)
    if (!market) throw new OrderRefusal(404, 'market_not_found')
    if (market.status !== 'active' || market.closeMs <= this.#deps.venue.now()) throw inactive(market)
    return market
  }

  /** The order of this id, if it can still be changed: it rests, and its market has not closed. */
  #restingOrder(account: Account, id: string): OrderRecord & { restingId: number } {
    const order = account.order(id)
    if (!order) throw unknownOrder()
    const market = this.#deps.venue.markets.get(order.ticker)
    if (market?.status !== 'active' && market?.status !== 'inactive') throw inactive(market)
    const { restingId } = order
    if (restingId === undefined) throw unknownOrder()
    return { ...order, restingId }
  }

  #checkGroup(account: Account, id: string | undefined): void {
    if (id !== undefined && this.groups.get(account, id).triggered)
      throw invalidOrder('order group triggered')
  }

  #check(account: Account, market: Market, order: { ticket: OrderTicket; replaced?: number }): void {
    const { ticket } = order
    if (!market.listing.grid.has(ticket.priceE4)) throw invalidOrder('price is not a tick of the market')
    const situation = {
      market,
      account,
      accountMarket: this.#accountMarket(market),
      replaced: order.replaced,
    }
    const { crosses, filledE2, availableE6 } = outlookOf(ticket, situation)
    if (ticket.postOnly && crosses) throw invalidOrder('post only cross')
    if (ticket.timeInForce === 'fill_or_kill' && filledE2 < ticket.countE2) {
      throw new OrderRefusal(409, 'fill_or_kill_insufficient_resting_volume')
    }
    if (availableE6 < 0) throw new OrderRefusal(400, 'insufficient_balance')
  }

  /** Matches what is open of an order, at most `mostE2` of it, and rests or cancels what is left. */
  #send(
    account: Account,
    market: Market,
    { id, mostE2 = Infinity }: { id: string; mostE2?: number },
  ): OrderRecord {
    const { venue } = this.#deps
    const accountMarket = this.#accountMarket(market)
    const holder = new OrderHolder(
      { account, market: accountMarket, orderId: id },
      { venue, groups: this.groups },
    )
    return venue.batch(() => {
      const before = account.get(id)
      const { ticker, side, priceE4, timeInForce } = before
      const countE2 = Math.min(before.remainingE2, mostE2)
      if (countE2 > 0) venue.place({ ticker, side, priceE4, countE2, rests: false, holder })
      const after = account.get(id)
      if (after.remainingE2 === 0) return after
      const stop = holder.stop ?? (timeInForce === 'good_till_canceled' ? undefined : { reason: undefined })
      if (stop) {
        const isCut = countE2 < before.remainingE2
        account.cancel(id, accountMarket, isCut ? 'ReduceOnlyCancel' : stop.reason)
        return account.get(id)
      }
      const left = { ticker, side, priceE4, countE2: after.remainingE2, rests: true, holder }
      account.rest(id, accountMarket, venue.rest(left))
      if ((this.#heldUntil.get(account.id) ?? 0) > venue.now()) this.cancel(account, id)
      return account.get(id)
    })
  }

  #shrink(
    account: Account,
    before: OrderRecord & { restingId: number },
    change: Partial<OrderRecord> & { remainingE2: number; reason: UpdateReason },
  ): OrderRecord {
    const { venue } = this.#deps
    const market = venue.market(before.ticker)
    venue.reduce(market.ticker, before.restingId, before.remainingE2 - change.remainingE2)
    return account.update(before.id, this.#accountMarket(market), change)
  }
}

function inactive(market: Market | undefined): OrderRefusal {
  return new OrderRefusal(400, 'MARKET_INACTIVE', market ? `market is ${market.status}` : 'market is gone')
}

/** How much of an order may trade: one that may only reduce stops where the position ends. */
function most({ reduceOnly, side, countE2 }: OrderTicket, heldE2: number): number {
  return reduceOnly ? Math.min(countE2, Math.max(0, -signed(side, heldE2))) : countE2
}
