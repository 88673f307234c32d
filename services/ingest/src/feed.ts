import type { FeedGap, Trade } from '@whalecast/events'
import { parseFrame, subscribeCommand, type ExchangeFrame, type ExchangeFrameOf } from '@whalecast/kalshi'
import { ticks, type Logger } from '@whalecast/runtime'
import {
  HandshakeError,
  type ReconnectingSocket,
  type SocketError,
  type SocketEvent,
} from '@whalecast/socket'
import type { Announcer } from './adapters/announcer.ts'
import type { MarketLookups } from './adapters/market-lookups.ts'
import type { Refiller } from './adapters/refiller.ts'
import type { TradeIntake } from './adapters/trade-intake.ts'
import type { Counters } from './counters.ts'
import { channelOfType, frameLabel, outcomeOf } from './domain/frame-labels.ts'
import { feedState, type FeedFacts } from './domain/feed-state.ts'
import type { GapCause } from './domain/gap-book.ts'
import { SequenceLedger } from './domain/sequence-ledger.ts'
import { Subscriptions, type FeedChannel } from './domain/subscriptions.ts'
import type { Watermark } from './domain/watermark.ts'
import type { IngestRecord } from './record.ts'

/** Code of the exchange for: the client was too slow, and data is lost. */
const bufferOverflow = 25

export type FeedDeps = {
  readonly socket: ReconnectingSocket
  readonly intake: TradeIntake
  readonly refiller: Refiller
  readonly lookups: Pick<MarketLookups, 'onTrade' | 'onLifecycle'>
  readonly announcer: Announcer
  readonly record: IngestRecord
  readonly counters: Counters
  readonly logger: Logger
  readonly bookMarkets: readonly string[]
  readonly watermark: Watermark
  readonly signal: AbortSignal
  readonly now: () => number
}

/**
 * Reads one exchange socket: every frame is parsed, numbered, counted once and handed on; nothing here waits for REST
 * or for the bus. It stops reading only while the trades queue is full, and then says so.
 */
export class ExchangeFeed {
  readonly #deps: FeedDeps
  readonly #channels: readonly FeedChannel[]
  readonly #debug: boolean
  #ledger = new SequenceLedger()
  #subscriptions: Subscriptions
  #resumedAtMs = 0
  #told = ''

  constructor(deps: FeedDeps) {
    this.#deps = deps
    this.#channels =
      deps.bookMarkets.length === 0
        ? ['trade', 'market_lifecycle_v2']
        : ['trade', 'market_lifecycle_v2', 'ticker', 'orderbook_delta']
    this.#subscriptions = new Subscriptions([], deps.now())
    // Asked once: a log line that is thrown away still costs its making, at every trade.
    this.#debug = deps.logger.isDebugEnabled()
  }

  /** Runs until the signal aborts, or the exchange refused the credentials for good. */
  async run(): Promise<void> {
    const { socket, signal } = this.#deps
    const watching = this.#watch()
    this.#tell()
    for await (const event of socket) {
      if (event.type === 'frame') {
        const waiting = this.#onFrame(event)
        if (waiting !== undefined) await waiting
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
        if (unanswered !== undefined) socket.reconnect(`no answer to the subscription of ${unanswered}`)
        else this.#ask(nowMs)
      }
      this.#tell()
    }
  }

  #tell(): void {
    const { announcer, record, logger, now } = this.#deps
    const { state, reason } = feedState(record.feed, now())
    if (state === this.#told) return
    this.#told = state
    logger.info('feed state', { state, reason })
    announcer.state({ source: 'exchange-a', state, reason, since_ms: now() })
  }

  #onConnection(event: Exclude<SocketEvent, { type: 'frame' }>): void {
    const { record, counters, logger, now } = this.#deps
    const { feed } = record
    switch (event.type) {
      case 'connecting':
        return
      case 'open':
        counters.connections.inc({ outcome: 'open' })
        feed.openedAtMs = now()
        feed.establishedAtMs ??= feed.openedAtMs
        record.books = { snapshots: 0, deltas: 0, markets: new Set() }
        this.#ledger = new SequenceLedger()
        this.#subscriptions = new Subscriptions(this.#channels, feed.openedAtMs)
        return this.#ask(feed.openedAtMs)
      case 'closed': {
        const { error, retryInMs } = event
        counters.connections.inc({ outcome: error.name })
        logger.warn('exchange socket closed', { error: error.message, retry_in_ms: retryInMs })
        if (feed.confirmedAtMs !== null) this.#cut(this.#deps.watermark.causeOfClose(now()))
        feed.openedAtMs = null
        feed.confirmedAtMs = null
        feed.closeReason = error.message
        if (retryInMs === null) {
          feed.ended = refusal(error)
          logger.error(feed.ended.reason)
        }
      }
    }
  }

  /** From what is known until the next confirmation, trades are missed. */
  #cut(cause: GapCause): void {
    const { record, refiller, watermark } = this.#deps
    refiller.open({ cause, sinceMs: watermark.executedMs, untilMs: null })
    record.feed.confirmedAtMs = null
  }

  #ask(nowMs: number): void {
    const { socket, bookMarkets } = this.#deps
    for (const channel of this.#subscriptions.due(nowMs)) {
      const filtered = channel === 'ticker' || channel === 'orderbook_delta'
      const id = this.#subscriptions.ask(channel, nowMs)
      socket.send(
        subscribeCommand(id, {
          channels: [channel],
          ...(filtered && { marketTickers: bookMarkets }),
          ...(channel === 'ticker' && { sendInitialSnapshot: true }),
        }),
      )
    }
  }

  #onFrame({ data, receivedAtMs }: Extract<SocketEvent, { type: 'frame' }>): Promise<void> | undefined {
    const { counters, lookups, record } = this.#deps
    const frame = parseFrame(data, receivedAtMs)
    const fresh = this.#observe(frame, receivedAtMs)
    switch (frame.kind) {
      case 'trade':
        return this.#onTrade(frame, receivedAtMs)
      case 'ticker':
      case 'event_lifecycle':
        this.#onData(frame)
        break
      case 'lifecycle':
        this.#onData(frame)
        if (fresh) lookups.onLifecycle(frame.lifecycle)
        break
      case 'book_snapshot':
        this.#onData(frame)
        if (!fresh) break
        record.books.snapshots += 1
        record.books.markets.add(frame.snapshot.market_ticker)
        break
      case 'book_delta':
        this.#onData(frame)
        if (fresh) record.books.deltas += 1
        break
      case 'subscribed':
      case 'ok':
        this.#onAnswer(frame)
        break
      case 'unsubscribed':
        this.#onSubscriptionEnd(frame.sid, 'disconnect')
        break
      case 'error':
        this.#onError(frame)
        break
      case 'unknown':
      case 'invalid':
        this.#onStrange(frame)
        break
    }
    counters.frame(frameLabel(frame.type), outcomeOf(frame, fresh))
    return undefined
  }

  #onTrade(frame: ExchangeFrameOf<'trade'>, receivedAtMs: number): Promise<void> | undefined {
    const { intake, lookups, record, watermark, counters } = this.#deps
    const { trade } = frame
    if (record.feed.confirmedAtMs === null) this.#onData(frame)
    watermark.read(trade)
    record.feed.lastTradeAtMs = receivedAtMs
    record.firstTradeReceivedMs ??= receivedAtMs
    record.tradesReceived += 1
    record.rate.add(receivedAtMs)
    this.#measure(trade)
    lookups.onTrade(trade)
    if (this.#debug) this.#deps.logger.debug('trade read', { trade_id: trade.trade_id, seq: frame.seq })
    const taken = intake.take(trade)
    if (typeof taken === 'string') {
      counters.frame('trade', taken)
      return undefined
    }
    return taken.then((outcome) => counters.frame('trade', outcome))
  }

  #measure(trade: Trade): void {
    const { counters } = this.#deps
    const latencyMs = trade.received_at_ms - trade.executed_at_ms
    if (latencyMs < 0) counters.skew.inc({})
    counters.latency(Math.max(0, latencyMs) / 1000)
  }

  /** Shows the number of the frame to the ledger. False when the frame was here before. */
  #observe(frame: ExchangeFrame, receivedAtMs: number): boolean {
    const { sid, seq } = frame
    if (sid === undefined || seq === undefined) return true
    const step = this.#ledger.observe(sid, seq)
    if (step.type === 'next') return true
    const channel = channelOfType(frame.type) ?? this.#subscriptions.channelOf(sid)
    this.#deps.counters.sequence.inc({ channel: channel ?? 'unknown', step: step.type })
    if (step.type === 'hole' || step.type === 'restart') {
      const untilMs = frame.kind === 'trade' ? frame.trade.executed_at_ms : receivedAtMs
      this.#onHole(channel, untilMs, step.type === 'hole' ? step : undefined)
    }
    return step.type !== 'duplicate' && step.type !== 'regression'
  }

  #onHole(channel: FeedChannel | undefined, untilMs: number, hole?: { from: number; to: number }): void {
    const { announcer, counters, logger, refiller, watermark } = this.#deps
    const sinceMs = Math.min(untilMs, watermark.executedMs)
    if (channel === 'trade') return refiller.open({ cause: 'sequence', sinceMs, untilMs, hole })
    // Nothing replays these: what is missing is stated, and a newer value overtakes it.
    const gap: FeedGap = {
      gap_id: announcer.nextId('gap'),
      channel: channel ?? 'unknown',
      from: hole?.from ?? null,
      to: hole?.to ?? null,
      cause: 'sequence',
      since_ms: sinceMs,
      until_ms: untilMs,
      filled: 0,
      missing: hole === undefined ? null : hole.to - hole.from + 1,
    }
    counters.gaps.inc({ channel: gap.channel, cause: gap.cause })
    logger.warn('gap in a channel', { channel: gap.channel, from: gap.from, to: gap.to })
    announcer.gap(gap)
  }

  /** Data proves a subscription as well as its answer does, and may come before it. */
  #onData(frame: ExchangeFrame): void {
    const channel = channelOfType(frame.type)
    if (channel !== undefined && this.#subscriptions.seen(channel, frame.sid)) this.#onLive(channel)
  }

  #onAnswer(frame: ExchangeFrameOf<'subscribed' | 'ok'>): void {
    const asked = frame.id === null ? undefined : this.#subscriptions.asked(frame.id)
    const named =
      frame.kind === 'subscribed' ? this.#channels.find((one) => one === frame.channel) : undefined
    const channel = named ?? asked
    if (channel !== undefined && this.#subscriptions.answered(channel, frame.sid ?? null))
      this.#onLive(channel)
  }

  #onLive(channel: FeedChannel): void {
    const { record, refiller, watermark, logger, now } = this.#deps
    logger.info('subscribed', { channel })
    if (channel !== 'trade') return
    record.feed.confirmedAtMs = now()
    watermark.confirmed(record.feed.confirmedAtMs)
    refiller.resume()
    this.#tell()
  }

  #onError(frame: ExchangeFrameOf<'error'>): void {
    const { counters, logger, socket, now } = this.#deps
    counters.errors.inc({ code: frame.code ?? 'none' })
    const asked = frame.id === null ? undefined : this.#subscriptions.asked(frame.id)
    logger.warn('the exchange reports an error', {
      code: frame.code,
      says: frame.message,
      sid: frame.sid,
      channel: asked,
    })
    if (asked !== undefined) this.#subscriptions.failed(asked, now())
    else if (frame.terminal && frame.sid !== undefined) {
      this.#onSubscriptionEnd(frame.sid, frame.code === bufferOverflow ? 'overflow' : 'disconnect')
    } else if (frame.terminal) socket.reconnect(`error ${frame.code} of an unnamed subscription`)
  }

  /** The subscription is dead while the socket lives: it is asked for again, and what it misses is a gap. */
  #onSubscriptionEnd(sid: number | undefined, cause: GapCause): void {
    const channel = sid === undefined ? undefined : this.#subscriptions.channelOf(sid)
    if (sid === undefined || channel === undefined) return
    this.#ledger.forget(sid)
    this.#subscriptions.failed(channel, this.#deps.now())
    if (channel === 'trade') this.#cut(cause)
    this.#ask(this.#deps.now())
    this.#tell()
  }

  #onStrange(frame: ExchangeFrameOf<'unknown' | 'invalid'>): void {
    if (!this.#debug) return
    const reason = frame.kind === 'invalid' ? frame.reason : 'unknown'
    this.#deps.logger.debug('frame not understood', { type: frame.type, reason })
  }
}

/** Why the exchange is not asked again, in words that say what to do. */
function refusal(error: SocketError): NonNullable<FeedFacts['ended']> {
  const said = error.message
  return error instanceof HandshakeError && (error.status === 401 || error.status === 403)
    ? {
        state: 'auth_failed',
        reason: `${said}: check KALSHI_API_KEY_ID, KALSHI_PRIVATE_KEY_PATH and whether they belong to this exchange`,
      }
    : { state: 'stopped', reason: `${said}: check KALSHI_WS_URL` }
}
