import type { ChannelName } from './channels.ts'
import type { Outbox } from './outbox.ts'
import type { Outgoing } from './outgoing.ts'
import type { FrameOptions, Subscription } from './subscription.ts'

/** A connection as a feed sees it: whose it is, what it listens to, and how it is sent something. */
export type Subscriber = {
  readonly accountId: string
  readonly outbox: Pick<Outbox, 'drained'>
  subscriptionTo(channel: ChannelName): Subscription | undefined
  /** Sends a venue event to the subscription it belongs to, if there is one. */
  deliver(outgoing: Outgoing): void
  /** Sends a data frame; a client that does not keep up loses the subscription, and is told. */
  sendData(subscription: Subscription, type: string, messageJson: string, options?: FrameOptions): void
  /** Sends the books of those of these markets that exist, while the subscription lives. */
  sendSnapshots(subscription: Subscription, tickers: readonly string[]): void
  /** Sends the tickers of those of these markets that exist. */
  sendTickers(subscription: Subscription, tickers: readonly string[]): void
  /** Ends the connection as the exchange does when it goes away; what was sent arrives first. */
  cut(): void
}
