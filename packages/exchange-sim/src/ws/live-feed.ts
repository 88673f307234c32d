import type { AccountEvent } from '../accounts/account-events.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Venue } from '../venue/venue.ts'
import type { VenueEvent } from '../venue/venue-events.ts'
import type { Added, Feed } from './feed.ts'
import { Outgoing } from './outgoing.ts'
import { privateFrame } from './private-payloads.ts'
import type { Subscriber } from './subscriber.ts'
import type { Subscription } from './subscription.ts'

/** Tells every connection what happens at the venue, as far as it has subscribed to it. */
export class LiveFeed implements Feed {
  readonly #venue: Venue
  readonly #subscribers = new Set<Subscriber>()
  readonly #onTradeAudience: () => void

  constructor({ venue, accounts }: { venue: Venue; accounts: Accounts }, onTradeAudience: () => void) {
    this.#venue = venue
    this.#onTradeAudience = onTradeAudience
    venue.listen((event) => this.#deliver(event))
    accounts.listen((event) => this.#deliverPrivately(event))
  }

  venueFor(): Venue {
    return this.#venue
  }

  onSubscribed(
    subscriber: Subscriber,
    subscription: Subscription,
    { tickers, initialSnapshot }: Added,
  ): void {
    this.#subscribers.add(subscriber)
    if (subscription.channel === 'trade') this.#onTradeAudience()
    if (subscription.rules.snapshots) subscriber.sendSnapshots(subscription, tickers)
    if (subscription.channel === 'ticker' && initialSnapshot) subscriber.sendTickers(subscription, tickers)
  }

  onClosed(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber)
  }

  /** What happens to an account is told to the connections of its own keys only. */
  #deliverPrivately(event: AccountEvent): void {
    const own = [...this.#subscribers].filter(({ accountId }) => accountId === event.accountId)
    if (own.length === 0) return
    const { channel, type, ticker, message } = privateFrame(event)
    const json = JSON.stringify(message)
    for (const subscriber of own) {
      const subscription = subscriber.subscriptionTo(channel)
      if (subscription?.covers(ticker)) subscriber.sendData(subscription, type, json)
    }
  }

  #deliver(event: VenueEvent): void {
    if (this.#subscribers.size === 0) return
    const outgoing = new Outgoing(event)
    for (const subscriber of this.#subscribers) subscriber.deliver(outgoing)
    // A market that was subscribed to before it was listed starts with its snapshot, like any other.
    if (event.type !== 'lifecycle' || event.step !== 'created') return
    for (const subscriber of this.#subscribers) {
      const subscription = subscriber.subscriptionTo('orderbook_delta')
      if (subscription?.covers(event.market.ticker))
        subscriber.sendSnapshots(subscription, [event.market.ticker])
    }
  }
}
