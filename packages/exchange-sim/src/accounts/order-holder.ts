import type { CancelReason, Holder, Meeting, Order } from '../venue/order.ts'
import type { Trade } from '../venue/trade-history.ts'
import type { Venue } from '../venue/venue.ts'
import type { Account, AccountMarket } from './account.ts'
import type { GroupDesk } from './group-desk.ts'

type HolderDeps = { readonly venue: Venue; readonly groups: GroupDesk }

/** Ties an order in the book to the account it belongs to. */
export class OrderHolder implements Holder {
  readonly accountId: string
  readonly #account: Account
  readonly #market: AccountMarket
  readonly #orderId: string
  readonly #deps: HolderDeps
  #metItself = false

  constructor(
    { account, market, orderId }: { account: Account; market: AccountMarket; orderId: string },
    deps: HolderDeps,
  ) {
    this.accountId = account.id
    this.#account = account
    this.#market = market
    this.#orderId = orderId
    this.#deps = deps
  }

  get clientOrderId(): string | undefined {
    return this.#account.order(this.#orderId)?.clientOrderId
  }

  get cancelOnPause(): boolean {
    return this.#account.order(this.#orderId)?.cancelOnPause ?? false
  }

  /** Why what is left of the order must not rest; `undefined` when it may. */
  get stop(): { readonly reason: CancelReason | undefined } | undefined {
    if (this.#metItself) return { reason: 'SelfTradeCancel' }
    const { groupId } = this.#account.order(this.#orderId) ?? {}
    return this.#deps.groups.mayTrade(this.#account, groupId) ? undefined : { reason: undefined }
  }

  onMeet(maker: Order): Meeting {
    if (this.stop) return 'stop'
    if (maker.holder?.accountId !== this.accountId) return 'trade'
    if (this.#account.order(this.#orderId)?.selfTradePrevention === 'maker') {
      this.#deps.venue.cancel(this.#market.ticker, maker.id, 'SelfTradeCancel')
      return 'skip'
    }
    this.#metItself = true
    return 'stop'
  }

  onFill(trade: Trade, role: 'taker' | 'maker'): void {
    this.#account.fill(this.#orderId, this.#market, { trade, role })
    const groupId = this.#account.order(this.#orderId)?.groupId
    if (groupId !== undefined) this.#deps.groups.count(this.#account, groupId, trade)
  }

  onCancel(reason: CancelReason | undefined): void {
    this.#account.cancel(this.#orderId, this.#market, reason)
  }
}
