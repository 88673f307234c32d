import { subscribeCommand, type ExchangeFrameOf } from '@whalecast/kalshi'
import { ticks } from '@whalecast/runtime'
import type { ReconnectingSocket, SocketError, SocketEvent } from '@whalecast/socket'
import { feedState, type FeedFacts } from './domain/feed/feed-state.ts'
import type { AccountDesk } from './adapters/account/account-desk.ts'
import type { BookDesk } from './adapters/books/book-desk.ts'
import type { GapCause } from './domain/trades/gap-book.ts'
import {
  accountChannels,
  isAccountChannel,
  isMarketChannel,
  marketChannels,
  Subscriptions,
  type FeedChannel,
} from './domain/feed/subscriptions.ts'
import { FrameReader, type ControlFrame, type FrameReaderDeps } from './frame-reader.ts'
import { MarketSubscriptions } from './market-subscriptions.ts'

/** Code of the exchange for: the client was too slow, and data is lost. */
const bufferOverflow = 25
/** Codes for: there is no such channel, and: not with this key. Asking again changes neither. */
const refusals: ReadonlySet<number | null> = new Set([8, 9])

export type FeedDeps = FrameReaderDeps & {
  readonly socket: ReconnectingSocket
  readonly books: BookDesk
  readonly account: AccountDesk | undefined
  readonly signal: AbortSignal
  readonly now: () => number
}

/**
 * One exchange socket: what is subscribed on it, which state it is in, and what was missed while it was not there.
 * It stops reading only while the trades queue is full, and then says so.
 */
export class ExchangeFeed {
  readonly #deps: FeedDeps
  readonly #channels: readonly FeedChannel[]
  readonly #reader: FrameReader
  #subscriptions: Subscriptions
  #markets: MarketSubscriptions
  #resumedAtMs = 0
  #told = ''

  constructor(deps: FeedDeps) {
    this.#deps = deps
    const account = deps.account === undefined ? [] : accountChannels
    this.#channels = ['trade', 'market_lifecycle_v2', ...marketChannels, ...account]
    this.#subscriptions = new Subscriptions([], deps.now())
    this.#markets = this.#marketsOf(this.#subscriptions)
    this.#reader = new FrameReader(deps, {
      onData: (channel, sid) => {
        if (this.#subscriptions.seen(channel, sid)) this.#onLive(channel)
      },
      onControl: (frame) => this.#onControl(frame),
      channelOf: (sid) => this.#subscriptions.channelOf(sid),
    })
  }

  /** Runs until the signal aborts, also when the exchange has refused for good and nothing more will come. */
  async run(): Promise<void> {
    const { socket, signal } = this.#deps
    const watching = this.#watch()
    this.#tell()
    for await (const event of socket) {
      if (event.type === 'frame') {
        const room = this.#reader.read(event.data, event.receivedAtMs)
        if (room !== undefined) await room
      } else {
        this.#onConnection(event)
        this.#tell()
      }
      if (signal.aborted) break
    }
    await watching
  }

  /** The queue is full, or has room again. */
  onPause(paused: boolean): void {
    const { record, counters, watermark, now } = this.#deps
    record.feed.pausedAtMs = paused ? now() : null
    if (paused) counters.pauses.inc({})
    else {
      this.#resumedAtMs = now()
      watermark.resumed(this.#resumedAtMs)
    }
    this.#tell()
  }

  /** Says that nothing more is read here. */
  stop(): void {
    this.#deps.record.feed.ended ??= { state: 'stopped', reason: 'ingest stops' }
    this.#tell()
  }

  async #watch(): Promise<void> {
    const { socket, record, signal } = this.#deps
    for await (const nowMs of ticks(1_000, { signal })) {
      record.feed.lastActivityAtMs = socket.lastActivityAtMs || null
      if (record.feed.openedAtMs !== null && record.feed.pausedAtMs === null) {
        const unanswered = this.#subscriptions.unanswered(nowMs, this.#resumedAtMs)
        if (unanswered === 'trade') socket.reconnect('no answer to the subscription of trade')
        else {
          // For any other channel the trades are not given up: its answer may lie behind a burst of them.
          if (unanswered !== undefined) this.#subscriptions.failed(unanswered, nowMs)
          this.#ask(nowMs)
          this.#markets.tend()
        }
      }
      this.#tell()
    }
  }

  #marketsOf(subscriptions: Subscriptions): MarketSubscriptions {
    const { books, socket, now } = this.#deps
    return new MarketSubscriptions({ books, send: (text) => socket.send(text), now }, subscriptions)
  }

  #tell(): void {
    const { account, announcer, record, logger, now } = this.#deps
    const { openedAtMs, pausedAtMs } = record.feed
    const flows = (channel: FeedChannel) => this.#subscriptions.sidOf(channel) !== undefined
    account?.onListening(openedAtMs !== null && pausedAtMs === null && accountChannels.every(flows))
    const { state, reason } = feedState(record.feed, now())
    if (state === this.#told) return
    this.#told = state
    logger.info('feed state', { state, reason })
    announcer.state({ source: 'exchange-a', state, reason, since_ms: now() })
  }

  #onConnection(event: Exclude<SocketEvent, { type: 'frame' }>): void {
    const { books, record, counters, logger, watermark, now } = this.#deps
    const { feed } = record
    switch (event.type) {
      case 'connecting':
        return
      case 'open':
        counters.connections.inc({ outcome: 'open' })
        feed.openedAtMs = now()
        feed.establishedAtMs ??= feed.openedAtMs
        this.#reader.onConnection()
        books.onOpen(event.epoch)
        this.#subscriptions = new Subscriptions(this.#channels, feed.openedAtMs)
        this.#markets = this.#marketsOf(this.#subscriptions)
        return this.#ask(feed.openedAtMs)
      case 'closed': {
        const { error, retryInMs } = event
        counters.connections.inc({ outcome: error.name })
        logger.warn('exchange socket closed', { error: error.message, retry_in_ms: retryInMs })
        if (feed.confirmedAtMs !== null) this.#cut(watermark.causeOfClose(now()))
        feed.openedAtMs = null
        books.onClose()
        feed.closeReason = error.message
        if (retryInMs !== null) return
        feed.ended = refusal(error)
        logger.error(feed.ended.reason)
      }
    }
  }

  /** From the newest trade until the next confirmation, trades are missed. */
  #cut(cause: GapCause): void {
    const { record, refiller, watermark } = this.#deps
    refiller.open({ cause, sinceMs: watermark.executedMs, untilMs: null })
    record.feed.confirmedAtMs = null
  }

  #ask(nowMs: number): void {
    const { socket, account } = this.#deps
    for (const channel of this.#subscriptions.due(nowMs)) {
      const marketTickers = isMarketChannel(channel) ? this.#markets.first(channel) : undefined
      if (marketTickers?.length === 0) continue
      if (isAccountChannel(channel) && account?.isFollowed !== true) continue
      const id = this.#subscriptions.ask(channel, nowMs)
      socket.send(
        subscribeCommand(id, {
          channels: [channel],
          ...(marketTickers && { marketTickers }),
          ...(channel === 'ticker' && { sendInitialSnapshot: true }),
        }),
      )
    }
  }

  #onLive(channel: FeedChannel): void {
    const { record, refiller, watermark, logger, now } = this.#deps
    logger.info('subscribed', { channel })
    if (isMarketChannel(channel)) this.#markets.onLive(channel)
    if (channel !== 'trade') return
    record.feed.confirmedAtMs = now()
    watermark.confirmed(record.feed.confirmedAtMs)
    refiller.resume()
    this.#tell()
  }

  #onControl(frame: ControlFrame): void {
    switch (frame.kind) {
      case 'subscribed':
      case 'ok': {
        if (frame.kind === 'ok' && this.#markets.answered(frame.id, frame.market_tickers)) return
        const asked = frame.id === null ? undefined : this.#subscriptions.asked(frame.id)
        const named =
          frame.kind === 'subscribed' ? this.#channels.find((one) => one === frame.channel) : undefined
        const channel = named ?? asked
        if (channel === undefined) return
        if (this.#subscriptions.answered(channel, frame.sid ?? null)) this.#onLive(channel)
        return
      }
      case 'unsubscribed':
        return this.#onSubscriptionEnd(frame.sid, 'disconnect')
      case 'error':
        return this.#onError(frame)
    }
  }

  #onError(frame: ExchangeFrameOf<'error'>): void {
    const { counters, logger, socket, now } = this.#deps
    const { code, message, sid, terminal } = frame
    counters.errors.inc({ code: code ?? 'none' })
    const asked = frame.id === null ? undefined : this.#subscriptions.asked(frame.id)
    logger.warn('the exchange reports an error', { code, says: message, sid, channel: asked })
    if (this.#markets.refused(frame.id)) return
    if (asked !== undefined && asked !== 'trade' && refusals.has(code)) this.#subscriptions.refused(asked)
    else if (asked !== undefined) this.#subscriptions.failed(asked, now())
    else if (terminal && sid !== undefined) {
      this.#onSubscriptionEnd(sid, code === bufferOverflow ? 'overflow' : 'disconnect')
    } else if (terminal) socket.reconnect(`error ${code} of an unnamed subscription`)
  }

  /** The subscription is dead while the socket lives: it is asked for again, and what it misses is a gap. */
  #onSubscriptionEnd(sid: number | undefined, cause: GapCause): void {
    const channel = sid === undefined ? undefined : this.#subscriptions.channelOf(sid)
    if (sid === undefined || channel === undefined) return
    this.#reader.forget(sid)
    if (channel === 'orderbook_delta') this.#deps.books.onLoss(sid, 'subscription_lost')
    this.#subscriptions.failed(channel, this.#deps.now())
    if (channel === 'trade') this.#cut(cause)
    this.#ask(this.#deps.now())
    this.#tell()
  }
}

/** Credentials are the one thing that asking again does not cure. */
const refusal = (error: SocketError): NonNullable<FeedFacts['ended']> => ({
  state: 'auth_failed',
  reason: `${error.message}: check KALSHI_API_KEY_ID, KALSHI_PRIVATE_KEY_PATH and whether they belong to this exchange`,
})
