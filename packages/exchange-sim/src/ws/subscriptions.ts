import type { ChannelName } from './channels.ts'
import { CommandError } from './error-codes.ts'
import { Subscription } from './subscription.ts'

/** The subscriptions of one connection: at most one a channel, under sids that count from 1 and never return. */
export class Subscriptions {
  readonly #marketLimit: number
  readonly #bySid = new Map<number, Subscription>()
  readonly #byChannel = new Map<ChannelName, Subscription>()
  #sids = 0

  constructor(marketLimit: number) {
    this.#marketLimit = marketLimit
  }

  get size(): number {
    return this.#bySid.size
  }

  list(): { channel: ChannelName; sid: number }[] {
    return [...this.#bySid.values()].map(({ channel, sid }) => ({ channel, sid }))
  }

  to(channel: ChannelName): Subscription | undefined {
    return this.#byChannel.get(channel)
  }

  /** True until the subscription is ended, by the client or by an error. */
  has(subscription: Subscription): boolean {
    return this.#bySid.has(subscription.sid)
  }

  find(sid: number | undefined): Subscription | undefined {
    return sid === undefined ? undefined : this.#bySid.get(sid)
  }

  /** The subscription a command names; throws CommandError when there is none. */
  get(sid: number): Subscription {
    const subscription = this.#bySid.get(sid)
    if (!subscription) throw new CommandError('unknown_sid')
    return subscription
  }

  open(channel: ChannelName, options: { useYesPrice: boolean; skipTickerAck: boolean }): Subscription {
    const subscription = new Subscription({ sid: (this.#sids += 1), channel, ...options })
    this.#bySid.set(subscription.sid, subscription)
    this.#byChannel.set(channel, subscription)
    return subscription
  }

  end(subscription: Subscription): void {
    this.#bySid.delete(subscription.sid)
    this.#byChannel.delete(subscription.channel)
  }

  /** Adds markets (`undefined`: all) and answers the new ones; throws CommandError when it gets too many. */
  widen(subscription: Subscription, tickers: readonly string[] | undefined): string[] {
    const fresh = new Set([...subscription.tickers, ...(tickers ?? [])])
    if (fresh.size > this.#marketLimit) throw new CommandError('market_limit', subscription.sid)
    return subscription.add(tickers)
  }
}
