import type { Venue } from '../venue/venue.ts'
import type { Subscriber } from './subscriber.ts'
import type { Subscription } from './subscription.ts'

/** Where the data of the connections comes from: the venue as it trades, or a recording. */
export type Feed = {
  /** The venue whose books answer this connection's snapshots. */
  venueFor(subscriber: Subscriber): Venue
  /** A subscription was made or got these markets; its reply is out. First snapshots are the feed's to send. */
  onSubscribed(subscriber: Subscriber, subscription: Subscription, added: Added): void
  /** The connection is gone; `clean` when the client said goodbye with code 1000. */
  onClosed(subscriber: Subscriber, clean: boolean): void
}

/** Markets new to a subscription, and whether their newest ticker was asked for. */
export type Added = { readonly tickers: readonly string[]; readonly initialSnapshot: boolean }
