import type { Venue } from '../venue/venue.ts'
import type { VenueEvent } from '../venue/venue-events.ts'
import type { Added, Feed } from './feed.ts'
import { Outgoing } from './outgoing.ts'
import type { Session } from './session.ts'
import type { Subscription } from './subscription.ts'

/** Tells every connection what happens at the venue, as far as it has subscribed to it. */
export class LiveFeed implements Feed {
  readonly #venue: Venue
  readonly #sessions = new Set<Session>()
  readonly #onTradeAudience: () => void

  constructor(venue: Venue, onTradeAudience: () => void) {
    this.#venue = venue
    this.#onTradeAudience = onTradeAudience
    venue.listen((event) => this.#deliver(event))
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
