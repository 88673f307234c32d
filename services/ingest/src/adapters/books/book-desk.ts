import { BookKeeper, type KeptBook, type LossReason } from '@whalecast/book'
import type { Bus, Fence } from '@whalecast/bus'
import type { Ticker } from '@whalecast/events'
import type { ExchangeFrameOf } from '@whalecast/kalshi'
import { ticks } from '@whalecast/runtime'
import type { Counters } from '../../counters.ts'
import { bookView, tickerView } from '../../domain/books/book-view.ts'
import { HotMarkets, type HotReason } from '../../domain/books/hot-markets.ts'

/** Ten times a second and market at most, which is more than an eye follows. */
const publishEveryMs = 100
/** A live book is told again after this long, so that one which is quiet can be told from one that nobody keeps. */
const repeatEveryMs = 5_000
/** The exchange is asked for the same book again no sooner: its answer may still be under way. */
const askAgainMs = 5_000

export type BookDeskDeps = {
  readonly bus: Bus
  readonly fence: Fence
  readonly counters: Counters
  readonly configured: readonly string[]
  readonly now: () => number
}

/** Keeps the order books of the hot markets and tells them, and their tickers, conflated. */
export class BookDesk {
  readonly #deps: BookDeskDeps
  readonly #keeper = new BookKeeper()
  readonly #hot = new HotMarkets()
  readonly #changed = new Set<string>()
  readonly #tickers = new Map<string, Ticker>()
  readonly #toldMs = new Map<string, number>()
  readonly #askedMs = new Map<string, number>()
  /** Values on their way to the bus; the next of the same name waits for it. */
  readonly #underWay = new Set<string>()
  #wanted: ReadonlySet<string> = new Set()
  #version = 0
  #epoch = 0
  #open = false
  /** Frames of this connection. */
  #received = { snapshots: 0, deltas: 0 }

  constructor(deps: BookDeskDeps) {
    this.#deps = deps
    this.#hot.replace('configured', deps.configured, deps.now())
  }

  /** What this connection has brought: markets with a book, snapshots, deltas. */
  get received(): { readonly markets: number; readonly snapshots: number; readonly deltas: number } {
    const { live, stale } = this.#keeper.census()
    return { markets: this.#open ? live + stale : 0, ...this.#received }
  }

  /** How many books are in each state, and since when the oldest of those that are not live is not. */
  standing(): { readonly followed: number; readonly live: number; readonly notLiveSinceMs: number | null } {
    let live = 0
    let followed = 0
    let notLiveSinceMs: number | null = null
    for (const { state } of this.#keeper.books()) {
      followed += 1
      if (state.type === 'live') live += 1
      else notLiveSinceMs = Math.min(notLiveSinceMs ?? Infinity, state.sinceMs)
    }
    return { followed, live, notLiveSinceMs }
  }

  get counts(): BookKeeper['counts'] {
    return this.#keeper.counts
  }

  /** These are the markets that are hot for this reason now. */
  replaceHot(reason: HotReason, tickers: Iterable<string>): void {
    this.#hot.replace(reason, tickers, this.#deps.now())
  }

  /** Brings the followed markets up to date and answers them; the books of others are given up. */
  follow(): ReadonlySet<string> {
    const nowMs = this.#deps.now()
    const wanted = this.#hot.wanted(nowMs)
    const left = [...this.#wanted].filter((ticker) => !wanted.has(ticker))
    for (const ticker of left) this.#giveUp(ticker)
    this.#keeper.follow(wanted, nowMs)
    this.#wanted = wanted
    return wanted
  }

  /** Of the given markets those whose books have to be asked for now. They count as asked. */
  toAskFor(subscribed: ReadonlySet<string>): string[] {
    const nowMs = this.#deps.now()
    const due = this.#keeper
      .needsSnapshot(nowMs)
      .filter(
        (ticker) => subscribed.has(ticker) && nowMs - (this.#askedMs.get(ticker) ?? -Infinity) >= askAgainMs,
      )
    for (const ticker of due) this.#askedMs.set(ticker, nowMs)
    return due
  }

  /** The socket opened: books begin anew. */
  onOpen(epoch: number): void {
    this.#epoch = epoch
    this.#open = true
    this.#received = { snapshots: 0, deltas: 0 }
    this.#askedMs.clear()
    this.#keeper.onOpen(epoch, this.#deps.now())
  }

  /** The socket closed: no book can be believed. */
  onClose(): void {
    this.#open = false
    this.#mark(this.#keeper.onClose(this.#epoch, this.#deps.now()))
  }

  /** Frames of the subscription are lost. */
  onLoss(sid: number, reason: LossReason): void {
    this.#mark(this.#keeper.onLoss({ epoch: this.#epoch, sid }, reason, this.#deps.now()))
  }

  onSnapshot({ sid = 0, snapshot }: ExchangeFrameOf<'book_snapshot'>): void {
    this.#received.snapshots += 1
    const { market_ticker: ticker, yes, no } = snapshot
    const outcome = this.#keeper.onSnapshot({ epoch: this.#epoch, sid, ticker, yes, no }, this.#deps.now())
    if (outcome !== 'not_followed' && outcome !== 'old_connection') this.#changed.add(ticker)
  }

  onDelta({ sid = 0, delta }: ExchangeFrameOf<'book_delta'>): void {
    this.#received.deltas += 1
    const { market_ticker: ticker, side, price_e4: priceE4, delta_e2: deltaE2 } = delta
    const origin = { epoch: this.#epoch, sid, ticker }
    const outcome = this.#keeper.onDelta({ ...origin, side, priceE4, deltaE2 }, this.#deps.now())
    if (outcome === 'not_followed' || outcome === 'old_connection') return
    if (outcome !== 'before_snapshot' && outcome !== 'stale') this.#changed.add(ticker)
  }

  onTicker({ ticker }: ExchangeFrameOf<'ticker'>): void {
    if (this.#wanted.has(ticker.market_ticker)) this.#tickers.set(ticker.market_ticker, tickerView(ticker))
  }

  /** Tells what changed, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    for await (const nowMs of ticks(publishEveryMs, { signal })) {
      // What changes while Redis is away is told when it is back, once.
      if (!this.#deps.bus.connected) continue
      for (const [ticker, toldMs] of this.#toldMs) {
        if (nowMs - toldMs >= repeatEveryMs && this.#keeper.get(ticker)?.state.type === 'live')
          this.#changed.add(ticker)
      }
      for (const ticker of this.#changed) this.#tellBook(ticker, nowMs)
      for (const [ticker, data] of this.#tickers) this.#tellTicker(ticker, data)
    }
  }

  #tellBook(ticker: string, nowMs: number): void {
    const kept = this.#keeper.get(ticker)
    if (kept === undefined || kept.state.type === 'waiting') this.#changed.delete(ticker)
    else if (!this.#underWay.has(`book ${ticker}`)) {
      this.#changed.delete(ticker)
      this.#toldMs.set(ticker, nowMs)
      this.#putBook(kept, kept.state.type === 'live', nowMs)
    }
  }

  #putBook(kept: KeptBook, known: boolean, nowMs: number): void {
    const { ticker } = kept
    const event = { type: 'book', data: bookView(kept, known, nowMs) } as const
    this.#send(`book ${ticker}`, {
      put: (options) => this.#deps.bus.put('book', event, { ...options, key: ticker }),
      again: () => this.#changed.add(ticker),
    })
  }

  #tellTicker(ticker: string, data: Ticker): void {
    if (this.#underWay.has(`ticker ${ticker}`)) return
    this.#tickers.delete(ticker)
    this.#send(`ticker ${ticker}`, {
      put: (options) => this.#deps.bus.put('ticker', { type: 'ticker', data }, { ...options, key: ticker }),
      again: () => {
        if (!this.#tickers.has(ticker)) this.#tickers.set(ticker, data)
      },
    })
  }

  #send(name: string, value: Sending): void {
    this.#version += 1
    this.#underWay.add(name)
    void value.put({ fence: this.#deps.fence, version: this.#version }).then((result) => {
      this.#underWay.delete(name)
      if (result.status === 'unconfirmed') value.again()
      if (result.status === 'rejected') this.#deps.counters.dropped.inc({ reason: `book_${result.reason}` })
    })
  }

  #mark(tickers: readonly string[]): void {
    for (const ticker of tickers) this.#changed.add(ticker)
  }

  /** Nobody will keep the book from now on, and whoever reads it has to know. */
  #giveUp(ticker: string): void {
    const kept = this.#keeper.get(ticker)
    if (kept !== undefined && kept.state.type !== 'waiting') this.#putBook(kept, false, this.#deps.now())
    this.#keeper.unfollow([ticker])
    for (const map of [this.#toldMs, this.#askedMs, this.#tickers]) map.delete(ticker)
    this.#changed.delete(ticker)
  }
}

type Sending = {
  readonly put: (options: { fence: Fence; version: number }) => ReturnType<Bus['put']>
  /** The outcome is unknown. */
  readonly again: () => void
}
