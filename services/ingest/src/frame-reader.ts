import type { FeedGap, Trade } from '@whalecast/events'
import { parseFrame, type ExchangeFrame, type ExchangeFrameOf } from '@whalecast/kalshi'
import type { Logger } from '@whalecast/runtime'
import type { AccountDesk } from './adapters/account/account-desk.ts'
import type { Announcer } from './adapters/announcer.ts'
import type { BookDesk } from './adapters/books/book-desk.ts'
import type { MarketLookups } from './adapters/directory/market-lookups.ts'
import type { Refiller } from './adapters/trades/refiller.ts'
import type { TradeIntake } from './adapters/trades/trade-intake.ts'
import type { Counters } from './counters.ts'
import { channelOfType, frameLabel, outcomeOf } from './domain/feed/frame-labels.ts'
import { SequenceLedger } from './domain/feed/sequence-ledger.ts'
import type { FeedChannel } from './domain/feed/subscriptions.ts'
import type { Watermark } from './domain/trades/watermark.ts'
import type { IngestRecord } from './record.ts'

export type ControlFrame = ExchangeFrameOf<'subscribed' | 'ok' | 'unsubscribed' | 'error'>

/** Who talks with the exchange, as the reader of its frames needs him. */
export type Conversation = {
  /** Data of a channel came. */
  onData(channel: FeedChannel, sid: number | undefined): void
  /** The exchange answers or reports. */
  onControl(frame: ControlFrame): void
  channelOf(sid: number): FeedChannel | undefined
}

export type FrameReaderDeps = {
  readonly intake: TradeIntake
  readonly refiller: Refiller
  readonly lookups: Pick<MarketLookups, 'onTrade' | 'onLifecycle'>
  readonly books: Pick<BookDesk, 'onSnapshot' | 'onDelta' | 'onTicker' | 'onLoss'>
  /** None where somebody else follows the account. */
  readonly account: Pick<AccountDesk, 'onFill' | 'onPosition' | 'onOrder'> | undefined
  readonly announcer: Announcer
  readonly record: IngestRecord
  readonly counters: Counters
  readonly logger: Logger
  readonly watermark: Watermark
}

/**
 * Takes the frames of one socket: every frame is parsed, shown to the sequence ledger, counted exactly once and handed
 * on. Nothing in here waits for REST or for the bus; a promise is returned only while the trades queue is full.
 */
export class FrameReader {
  readonly #deps: FrameReaderDeps
  readonly #conversation: Conversation
  readonly #debug: boolean
  #ledger = new SequenceLedger()

  constructor(deps: FrameReaderDeps, conversation: Conversation) {
    this.#deps = deps
    this.#conversation = conversation
    // Asked once: a log line that is thrown away still costs its making, at every trade.
    this.#debug = deps.logger.isDebugEnabled()
  }

  /** Numbers begin anew. */
  onConnection(): void {
    this.#ledger = new SequenceLedger()
  }

  /** The subscription is over. */
  forget(sid: number): void {
    this.#ledger.forget(sid)
  }

  /** Takes one frame. Whoever calls reads no further before the promise, if there is one, resolves. */
  read(text: string, receivedAtMs: number): Promise<void> | undefined {
    const { counters, lookups, books, account } = this.#deps
    const frame = parseFrame(text, receivedAtMs)
    const fresh = this.#observe(frame, receivedAtMs)
    const understood = frame.kind !== 'unknown' && frame.kind !== 'invalid'
    const channel = understood ? channelOfType(frame.type) : undefined
    if (channel !== undefined) this.#conversation.onData(channel, frame.sid)
    switch (frame.kind) {
      case 'trade':
        return this.#onTrade(frame, receivedAtMs)
      case 'lifecycle':
        if (fresh) lookups.onLifecycle(frame.lifecycle)
        break
      case 'book_snapshot':
        if (fresh) books.onSnapshot(frame)
        break
      case 'book_delta':
        if (fresh) books.onDelta(frame)
        break
      case 'ticker':
        books.onTicker(frame)
        break
      case 'fill':
        account?.onFill(frame.fill)
        break
      case 'position':
        account?.onPosition(frame.position)
        break
      case 'order':
        account?.onOrder(frame.order)
        break
      case 'event_lifecycle':
        break
      case 'subscribed':
      case 'ok':
      case 'unsubscribed':
      case 'error':
        this.#conversation.onControl(frame)
        break
      case 'unknown':
      case 'invalid':
        this.#onStrange(frame)
        break
    }
    counters.frame(frameLabel(frame.type), outcomeOf(frame, fresh))
    return undefined
  }

  #onTrade({ trade, seq }: ExchangeFrameOf<'trade'>, receivedAtMs: number): Promise<void> | undefined {
    const { intake, lookups, record, watermark, counters, logger } = this.#deps
    watermark.read(trade)
    record.feed.lastTradeAtMs = receivedAtMs
    record.firstTradeReceivedMs ??= receivedAtMs
    record.tradesReceived += 1
    record.rate.add(receivedAtMs)
    this.#measure(trade)
    lookups.onTrade(trade)
    if (this.#debug) logger.debug('trade read', { trade_id: trade.trade_id, seq })
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
    const channel = channelOfType(frame.type) ?? this.#conversation.channelOf(sid)
    this.#deps.counters.sequence.inc({ channel: channel ?? 'unknown', step: step.type })
    if (step.type === 'hole' || step.type === 'restart') {
      const untilMs = frame.kind === 'trade' ? frame.trade.executed_at_ms : receivedAtMs
      this.#onHole(channel, untilMs, step.type === 'hole' ? step : undefined)
      if (channel === 'orderbook_delta') this.#deps.books.onLoss(sid, 'sequence_hole')
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

  #onStrange(frame: ExchangeFrameOf<'unknown' | 'invalid'>): void {
    const { kind, type, sid } = frame
    // What it changed is lost, whatever it was.
    if (kind === 'invalid' && channelOfType(type) === 'orderbook_delta' && sid !== undefined) {
      this.#deps.books.onLoss(sid, 'invalid_frame')
    }
    if (!this.#debug) return
    const reason = frame.kind === 'invalid' ? frame.reason : 'unknown'
    this.#deps.logger.debug('frame not understood', { type: frame.type, reason })
  }
}
