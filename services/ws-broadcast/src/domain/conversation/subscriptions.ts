import {
  defaultChannels,
  parseChannel,
  wireChannels,
  type ErrorCode,
  type Subscribed,
  type WireChannelName,
} from '@whalecast/events'
import type { FrameEncoder, Hub } from '@whalecast/fanout'
import type { Board } from '../channels/board.ts'
import type { Client } from './client.ts'
import { channelOf, feedOf, readFeed, type Form } from '../channels/feeds.ts'
import type { ListenedFeeds } from '../channels/listened-feeds.ts'
import { isLogName, type LogName } from '../channels/messages.ts'
import type { From, Resume, Resumed } from '../continuity/resume.ts'
import { planSubscription, type SubscribeFrame } from './subscribe-plan.ts'
import { tellFeeds } from '../channels/told-feeds.ts'

export type SubscriptionsOptions = {
  readonly hub: Hub<Client>
  readonly board: Board
  readonly encoder: FrameEncoder
  readonly resume: Resume
  readonly listened: ListenedFeeds
  readonly complain: (client: Client, code: ErrorCode, message: string) => void
}

/** What each client listens to: how it begins, changes with a token, and ends. */
export class Subscriptions {
  readonly #options: SubscriptionsOptions

  constructor(options: SubscriptionsOptions) {
    this.#options = options
  }

  /** The channels that are on for a client without asking: none where it does not want any. */
  defaultsOf(client: Client, wanted: boolean): WireChannelName[] {
    if (wanted) return defaultChannels.filter((channel) => mayHear(client, channel))
    for (const channel of defaultChannels) client.declined.add(channel)
    return []
  }

  /** Turns channels on for which nothing else is asked. */
  begin(client: Client, channels: readonly string[]): void {
    this.#listen(client, feedsFor(client, channels))
  }

  /** Turns channels on, or in another form, as far as that may be. */
  subscribe(client: Client, frame: SubscribeFrame): void {
    const { hub, listened } = this.#options
    const feeds = hub.feedsOf(client)
    const account = client.has('account')
    const mayHearIt = (channel: string) => mayHear(client, channel)
    const plan = planSubscription(frame, { feeds, mayHear: mayHearIt, account }, listened)
    if (!plan.ok) {
      this.#options.complain(client, plan.complaint.code, plan.complaint.message)
      if (plan.complaint.code === 'too_many_channels') this.#tellChannels(client)
      return
    }
    for (const { code, message } of plan.complaints) this.#options.complain(client, code, message)
    const { wanted } = plan
    const channels = wanted.map(({ channel }) => channel)
    // The other form of the same channel ends where this one begins.
    this.#unlisten(client, channels)
    for (const channel of channels) client.declined.delete(channel)
    const resumed: Record<string, Resumed> = {}
    const behind = new Set<string>()
    for (const { channel, feed, filter } of wanted) {
      const place = frame.resume?.[channel]
      if (place === undefined || !isLogName(channel)) continue
      const done = this.#options.resume.goOn(client, channel, { place, filter })
      if (done) resumed[channel] = done
      else {
        behind.add(feed)
        void this.#catchUp(client, channel, { place, filter })
      }
    }
    const kept = feeds.filter((feed) => !channels.includes(channelOf(feed)))
    const begun = wanted.map(({ feed }) => feed).filter((feed) => !behind.has(feed))
    // What is behind is told of once it is on.
    if (begun.length > 0 || behind.size === 0) this.#tellChannels(client, [...kept, ...begun], resumed)
    this.#listen(
      client,
      begun.filter((feed) => !Object.hasOwn(resumed, channelOf(feed))),
    )
  }

  unsubscribe(client: Client, channels: readonly string[]): void {
    this.#unlisten(client, channels)
    for (const channel of channels) if (isDefault(channel)) client.declined.add(channel)
    this.#tellChannels(client)
  }

  /** The newest value of a latest channel once more, whole. */
  resync(client: Client, channel: string): void {
    const { hub, board } = this.#options
    const name = parseChannel(channel)?.name
    const heard = hub.feedsOf(client).some((feed) => channelOf(feed) === channel)
    if (name === undefined || !heard || wireChannels[name].class !== 'latest')
      return this.#options.complain(client, 'not_subscribed', 'resync: no latest channel that you listen to')
    for (const frame of board.snapshot(channel)) hub.send(client, frame)
  }

  /**
   * A client becomes somebody else in `turn`, or is refused that: what its scopes open now begins, what they do not
   * cover ends.
   */
  change(client: Client, turn: () => boolean): void {
    const { hub, board, resume } = this.#options
    const before = defaultChannels.filter((channel) => mayHear(client, channel))
    if (!turn()) return
    const feeds = hub.feedsOf(client)
    const heard = new Set(feeds.map(channelOf))
    const lost = [...heard].filter((channel) => !mayHear(client, channel))
    const gained = defaultChannels.filter(
      (channel) => !before.includes(channel) && !client.declined.has(channel) && mayHear(client, channel),
    )
    const stopped = resume.under(client).filter((channel) => !mayHear(client, channel))
    this.#unlisten(client, [...lost, ...stopped])
    // The same channel in the form that this caller may read; what came before in the other form stands.
    const kept = feeds.filter((feed) => !lost.includes(channelOf(feed)))
    const nowHeard = kept.map((feed) => (channelOf(feed) === 'system' ? inScope(client, feed) : feed))
    hub.unlisten(
      client,
      kept.filter((feed) => !nowHeard.includes(feed)),
    )
    hub.listen(client, nowHeard)
    // In the other form `prev` may lie behind what was passed over for this client: this is its place now.
    const { head } = board.log('system')
    const goesOn = heard.has('system') && head ? { system: { ...head, recovered: true } } : undefined
    const begun = feedsFor(client, gained)
    this.#tellChannels(client, [...nowHeard, ...begun], goesOn)
    this.#listen(client, begun)
  }

  /** A log of which this replica does not hold enough: it is on once the rest has come from the stream. */
  async #catchUp(client: Client, channel: LogName, from: From): Promise<void> {
    const resumed = await this.#options.resume.catchUp(client, channel, from)
    if (resumed) this.#tellChannels(client, undefined, { [channel]: resumed })
  }

  /** Snapshot and registration belong together: between them the loop must not turn. */
  #listen(client: Client, feeds: readonly string[]): void {
    const { hub, board } = this.#options
    for (const feed of hub.listen(client, feeds))
      for (const frame of board.snapshot(feed)) hub.send(client, frame)
  }

  #unlisten(client: Client, channels: readonly string[]): void {
    for (const channel of channels) if (isLogName(channel)) this.#options.resume.callOff(client, channel)
    const { hub } = this.#options
    hub.unlisten(
      client,
      hub.feedsOf(client).filter((feed) => channels.includes(channelOf(feed))),
    )
  }

  #tellChannels(client: Client, feeds?: readonly string[], resumed?: Subscribed['resumed']): void {
    const { hub, encoder } = this.#options
    const { channels, filters, max_hz } = tellFeeds(feeds ?? hub.feedsOf(client))
    const data: Subscribed = {
      channels,
      ...(Object.keys(filters).length > 0 && { filters }),
      ...(Object.keys(max_hz).length > 0 && { max_hz }),
      ...(resumed && Object.keys(resumed).length > 0 && { resumed }),
    }
    hub.send(client, encoder.encode({ type: 'subscribed', data }, 'control'))
  }
}

/** Whether the client's scopes cover a channel. */
function mayHear(client: Client, channel: string): boolean {
  const name = parseChannel(channel)?.name
  return name !== undefined && client.has(wireChannels[name].scope)
}

const formOf = (client: Client): Form => ({ delta: false, account: client.has('account') })

/** The feed of `system` that a client may hear, filtered as the one that it heard. */
const inScope = (client: Client, feed: string): string =>
  feedOf('system', { ...formOf(client), filter: readFeed(feed)?.filter })

/** The feeds of channels for which nothing else is asked. */
const feedsFor = (client: Client, channels: readonly string[]): readonly string[] =>
  channels.map((channel) => feedOf(channel, formOf(client)))

const isDefault = (channel: string): boolean => defaultChannels.some((name) => name === channel)
