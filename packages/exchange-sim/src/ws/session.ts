import type { Market } from '../venue/market.ts'
import { grants } from '../auth/scopes.ts'
import type { KeyGrant } from '../auth/key-registry.ts'
import { type ChannelName, channels, isAccountChannel } from './channels.ts'
import {
  type Command,
  type MarketNames,
  parseCommand,
  readFrame,
  type SubscribeCommand,
  type UpdateCommand,
} from './commands.ts'
import { CommandError, protocolErrors } from './error-codes.ts'
import type { Feed } from './feed.ts'
import type { FrameCounters } from './frame-counters.ts'
import type { Outbox } from './outbox.ts'
import type { Outgoing } from './outgoing.ts'
import { snapshotMessage, tickerMessage } from './payloads.ts'
import type { Subscriber } from './subscriber.ts'
import type { FrameOptions, Subscription } from './subscription.ts'
import { Subscriptions } from './subscriptions.ts'

/** Bounds on what one connection may ask for. */
export type SessionLimits = { readonly marketsPerSubscription: number; readonly commandsPerSecond: number }

type SessionDeps = {
  readonly outbox: Outbox
  /** Whose connection it is, and what its key may do. */
  readonly grant: KeyGrant
  readonly feed: Feed
  readonly limits: SessionLimits
  readonly counters: FrameCounters
  readonly clock: () => number
  /** Cuts the connection. */
  readonly close: (code: number) => void
  readonly terminate: () => void
}

/** One client's connection: its commands, its subscriptions, and the frames that go out to it. */
export class Session implements Subscriber {
  readonly #deps: SessionDeps
  readonly #subscriptions: Subscriptions
  #rate = { second: 0, commands: 0 }

  constructor(deps: SessionDeps) {
    this.#deps = deps
    this.#subscriptions = new Subscriptions(deps.limits.marketsPerSubscription)
  }

  get outbox(): Outbox {
    return this.#deps.outbox
  }

  get subscriptions(): number {
    return this.#subscriptions.size
  }

  get accountId(): string {
    return this.#deps.grant.accountId
  }

  subscriptionTo(channel: ChannelName): Subscription | undefined {
    return this.#subscriptions.to(channel)
  }

  /** Executes one frame from the client. Whatever it is, the answer is a reply or an error frame. */
  handle(text: string): void {
    let id = 0
    try {
      const read = readFrame(text)
      id = read.id
      this.#countCommand()
      this.#execute(id, parseCommand(read.frame))
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      this.#refuse(id, error)
    }
    if (this.outbox.isHopeless) this.#deps.terminate()
  }

  /** Sends a venue event to the subscription it belongs to, if there is one. */
  deliver(outgoing: Outgoing): void {
    const subscription = this.#subscriptions.to(outgoing.channel)
    if (!subscription?.covers(outgoing.ticker)) return
    const { useYesPrice } = subscription
    const isOwn = outgoing.causeId === this.accountId
    const json = isOwn ? outgoing.ownJson(useYesPrice) : outgoing.json(useYesPrice)
    this.sendData(subscription, outgoing.type, json)
  }

  /** Sends a data frame; a client that does not keep up loses the subscription, and is told. */
  sendData(subscription: Subscription, type: string, messageJson: string, options?: FrameOptions): void {
    if (!this.outbox.hasRoom) {
      this.#refuse(0, new CommandError('buffer_overflow', subscription.sid))
      this.#subscriptions.end(subscription)
      this.#deps.counters.overflowed()
      return
    }
    this.#send(type, subscription.frame(type, messageJson, options))
  }

  /** Sends the books of those of these markets that exist, while the subscription lives. */
  sendSnapshots(subscription: Subscription, tickers: readonly string[], id = 0): void {
    for (const market of this.#known(tickers)) {
      if (!this.#subscriptions.has(subscription)) return
      const message = snapshotMessage(market, subscription.useYesPrice)
      this.sendData(subscription, 'orderbook_snapshot', JSON.stringify(message), { id })
    }
  }

  /** Sends the tickers of those of these markets that exist. */
  sendTickers(subscription: Subscription, tickers: readonly string[]): void {
    const tsMs = this.#deps.feed.venueFor(this).now()
    for (const market of this.#known(tickers)) {
      if (!this.#subscriptions.has(subscription)) return
      this.sendData(subscription, 'ticker', JSON.stringify(tickerMessage(market, tsMs)))
    }
  }

  /** Ends the connection as the exchange does when it goes away; what was sent arrives first. */
  cut(): void {
    this.#deps.close(1001)
  }

  #execute(id: number, command: Command): void {
    switch (command.cmd) {
      case 'subscribe':
        return this.#subscribe(id, command)
      case 'unsubscribe':
        return this.#unsubscribe(id, command.sids)
      case 'update_subscription':
        return this.#update(id, command)
      case 'list_subscriptions':
        return this.#reply('ok', { ...withId(id), type: 'ok', msg: this.#subscriptions.list() })
    }
  }

  #subscribe(id: number, command: SubscribeCommand): void {
    // The whole command is checked first, so that it is carried out for all of its channels or for none.
    for (const channel of command.channels) this.#checkMarkets(channel, command.markets)
    for (const channel of command.channels) {
      const tickers = channels[channel].markets === 'ignored' ? undefined : this.#tickersOf(command.markets)
      const existing = this.#subscriptions.to(channel)
      const subscription = existing ?? this.#subscriptions.open(channel, command)
      const added = this.#subscriptions.widen(subscription, tickers)
      if (existing) this.#acknowledge(id, subscription, command.markets)
      else
        this.#reply('subscribed', {
          ...withId(id),
          type: 'subscribed',
          msg: { channel, sid: subscription.sid },
        })
      this.#deps.feed.onSubscribed(this, subscription, {
        tickers: added,
        initialSnapshot: command.initialSnapshot,
      })
    }
  }

  #unsubscribe(id: number, sids: readonly number[]): void {
    const subscriptions = sids.map((sid) => this.#subscriptions.get(sid))
    for (const subscription of new Set(subscriptions)) {
      this.#subscriptions.end(subscription)
      this.#send('unsubscribed', subscription.frame('unsubscribed', undefined, { id }))
    }
  }

  #update(id: number, { sid, action, markets, initialSnapshot }: UpdateCommand): void {
    const subscription = this.#subscriptions.get(sid)
    if (action === undefined) throw new CommandError('action_required', sid)
    if (!['add_markets', 'delete_markets', 'get_snapshot'].includes(action)) {
      throw new CommandError('unsupported_action', sid)
    }
    if (subscription.rules.markets === 'ignored') throw new CommandError('unsupported_action', sid)
    if (action === 'get_snapshot' && !subscription.rules.snapshots)
      throw new CommandError('unsupported_action', sid)
    if (!markets) throw new CommandError('market_required', sid)
    if (markets.by === 'id' && subscription.channel !== 'ticker')
      throw new CommandError('invalid_parameter', sid)
    const tickers = this.#tickersOf(markets) ?? []
    if (action === 'get_snapshot') {
      return this.sendSnapshots(
        subscription,
        tickers.filter((ticker) => subscription.covers(ticker)),
        id,
      )
    }
    const added = action === 'add_markets' ? this.#subscriptions.widen(subscription, tickers) : []
    if (action === 'delete_markets') subscription.remove(tickers)
    this.#acknowledge(id, subscription, markets)
    if (added.length > 0)
      this.#deps.feed.onSubscribed(this, subscription, { tickers: added, initialSnapshot })
  }

  #checkMarkets(channel: ChannelName, markets: MarketNames): void {
    const rules = channels[channel]
    if (isAccountChannel(channel) && !grants(this.#deps.grant.scopes, 'read')) {
      throw new CommandError('authentication_required')
    }
    if (rules.markets === 'ignored') return
    if (markets?.by === 'id' && channel !== 'ticker') throw new CommandError('invalid_parameter')
    if (rules.markets === 'required' && !markets?.names.length) throw new CommandError('market_required')
    if (markets?.names.length === 0) throw new CommandError('invalid_parameter')
  }

  #known(tickers: readonly string[]): Market[] {
    const { markets } = this.#deps.feed.venueFor(this)
    return tickers.flatMap((ticker) => markets.get(ticker) ?? [])
  }

  /** Tickers a command names; ids of markets that are not listed name nothing. */
  #tickersOf(markets: MarketNames): readonly string[] | undefined {
    if (markets?.by !== 'id') return markets?.names
    const wanted = new Set(markets.names.map((id) => id.toLowerCase()))
    const listed = this.#deps.feed.venueFor(this).markets.values()
    return [...listed].filter(({ listing }) => wanted.has(listing.marketId)).map(({ ticker }) => ticker)
  }

  #acknowledge(id: number, subscription: Subscription, markets: MarketNames): void {
    const { tickers, skipTickerAck } = subscription
    const listIds = () => this.#known(tickers).map(({ listing }) => listing.marketId)
    const full = markets?.by === 'id' ? { market_ids: listIds() } : { market_tickers: tickers }
    this.#send('ok', subscription.frame('ok', JSON.stringify(skipTickerAck ? {} : full), { id }))
  }

  #refuse(id: number, { error, sid }: CommandError): void {
    const message = protocolErrors[error]
    const subscription = this.#subscriptions.find(sid)
    if (subscription) this.#send('error', subscription.frame('error', JSON.stringify(message), { id }))
    else this.#reply('error', { ...withId(id), type: 'error', msg: message })
  }

  #countCommand(): void {
    const second = Math.floor(this.#deps.clock() / 1_000)
    if (second !== this.#rate.second) this.#rate = { second, commands: 0 }
    this.#rate.commands += 1
    if (this.#rate.commands > this.#deps.limits.commandsPerSecond) throw new CommandError('too_many_requests')
  }

  #reply(type: string, frame: object): void {
    this.#send(type, JSON.stringify(frame))
  }

  #send(type: string, text: string): void {
    this.outbox.send(text)
    this.#deps.counters.sent(type)
  }
}

/** Command id 0 means "no id": the reply leaves it out. */
function withId(id: number): { id?: number } {
  return id > 0 ? { id } : {}
}
