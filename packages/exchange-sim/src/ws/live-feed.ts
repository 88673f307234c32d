import type { AccountEvent } from '../accounts/account-events.ts'
import type { Accounts } from '../accounts/accounts.ts'
import type { Venue } from '../venue/venue.ts'
import type { VenueEvent } from '../venue/venue-events.ts'
import type { Added, Feed } from './feed.ts'
import { Outgoing } from './outgoing.ts'
import { privateFrame } from './private-payloads.ts'
import type { Session } from './session.ts'
import type { Subscription } from './subscription.ts'

/** Tells every connection what happens at the venue, as far as it has subscribed to it. */
export class LiveFeed implements Feed {
  readonly #venue: Venue
  readonly #sessions = new Set<Session>()
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

  onSubscribed(session: Session, subscription: Subscription, { tickers, initialSnapshot }: Added): void {
    this.#sessions.add(session)
    if (subscription.channel === 'trade') this.#onTradeAudience()
    if (subscription.rules.snapshots) session.sendSnapshots(subscription, tickers)
    if (subscription.channel === 'ticker' && initialSnapshot) session.sendTickers(subscription, tickers)
  }

  onClosed(session: Session): void {
    this.#sessions.delete(session)
  }

  /** What happens to an account is told to the connections of its own keys only. */
  #deliverPrivately(event: AccountEvent): void {
    const own = [...this.#sessions].filter(({ accountId }) => accountId === event.accountId)
    if (own.length === 0) return
    const { channel, type, ticker, message } = privateFrame(event)
    const json = JSON.stringify(message)
    for (const session of own) {
      const subscription = session.subscriptionTo(channel)
      if (subscription?.covers(ticker)) session.sendData(subscription, type, json)
    }
  }

  #deliver(event: VenueEvent): void {
    if (this.#sessions.size === 0) return
    const outgoing = new Outgoing(event)
    for (const session of this.#sessions) session.deliver(outgoing)
    // A market that was subscribed to before it was listed starts with its snapshot, like any other.
    if (event.type !== 'lifecycle' || event.step !== 'created') return
    for (const session of this.#sessions) {
      const subscription = session.subscriptionTo('orderbook_delta')
      if (subscription?.covers(event.market.ticker))
        session.sendSnapshots(subscription, [event.market.ticker])
    }
  }
}
