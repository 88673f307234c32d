import { type BookCounts, createBookCounts, type DropReason } from './book-counts.ts'
import { Entry, type BookState, type KeptBook, type StaleReason } from './kept-book.ts'
import type { BookLevels, LevelDelta } from './order-book.ts'

/** Where a frame came from: which opening of the socket, which subscription on it, which market. */
type Origin = { readonly epoch: number; readonly sid: number; readonly ticker: string }

/** What only a reader of the socket can know to be lost. */
export type LossReason = Extract<StaleReason, 'sequence_hole' | 'invalid_frame' | 'subscription_lost'>

/** `applied`; dropped, and why; or the reason for which the book is stale now. */
export type SnapshotOutcome =
  | 'applied'
  | 'not_followed'
  | 'old_connection'
  | Extract<StaleReason, 'negative' | 'out_of_range' | 'duplicate_price'>

/** `applied`; dropped, and why; or the reason for which the book is stale now. */
export type DeltaOutcome =
  | 'applied'
  | DropReason
  | Extract<StaleReason, 'negative' | 'out_of_range' | 'crossed'>

export type BookKeeperOptions = {
  /**
   * How long a first snapshot, which comes unasked, may take. Shorter asks in vain at the start of a large
   * subscription; longer leaves a market without a book after its snapshot was lost.
   * @default 10_000
   */
  readonly snapshotWithinMs?: number | undefined
}

/**
 * The books of the markets that one socket follows. It reads no clock and no socket: frames are shown to it in the
 * order in which they came, each once (the sequence ledger tells repeated ones apart).
 *
 * ```
 *   follow ──► waiting ──snapshot──► live ──loss, negative, crossed, …──► stale
 *                 │ ▲                  ▲                                    │ │
 *                 │ └── new epoch ─────┼────────────────────────────────────┘ │
 *                 │                    └───────────── snapshot ───────────────┤
 *                 └──── a snapshot that cannot be taken ──────────────────────┘
 * ```
 * A delta changes a live book only; any other is dropped and counted. A snapshot makes any book live. Only a higher
 * epoch is a reconnect; snapshots may be repeated at any time and are none.
 */
export class BookKeeper {
  readonly #entries = new Map<string, Entry>()
  readonly #counts = createBookCounts()
  readonly #snapshotWithinMs: number
  #epoch = 0
  #isOpen = false

  constructor({ snapshotWithinMs = 10_000 }: BookKeeperOptions = {}) {
    this.#snapshotWithinMs = snapshotWithinMs
  }

  /** Counters of everything shown to it; they never go back. */
  get counts(): Readonly<BookCounts> {
    return this.#counts
  }

  /** Expects books of these markets; those already followed stay as they are. */
  follow(tickers: Iterable<string>, nowMs: number): void {
    for (const ticker of tickers) {
      if (!this.#entries.has(ticker)) this.#entries.set(ticker, new Entry(ticker, nowMs))
    }
  }

  /** Forgets these markets; frames still under way for them are dropped. */
  unfollow(tickers: Iterable<string>): void {
    for (const ticker of tickers) this.#entries.delete(ticker)
  }

  /** The book of a followed market. */
  get(ticker: string): KeptBook | undefined {
    return this.#entries.get(ticker)
  }

  /** All followed markets, in the order in which they came. */
  books(): Iterable<KeptBook> {
    return this.#entries.values()
  }

  /** How many books are in each state. */
  census(): Record<BookState['type'], number> {
    const census = { waiting: 0, live: 0, stale: 0 }
    for (const { state } of this.#entries.values()) census[state.type] += 1
    return census
  }

  /** The socket opened: a higher epoch (they begin at 1) clears every book, since nothing is replayed on a new one. */
  onOpen(epoch: number, nowMs: number): void {
    if (epoch <= this.#epoch) return
    if (this.#epoch > 0) this.#counts.reconnects += 1
    this.#epoch = epoch
    this.#isOpen = true
    for (const entry of this.#entries.values()) entry.clear(nowMs)
  }

  /** The socket closed. Answers the markets whose books turned stale by it. */
  onClose(epoch: number, nowMs: number): string[] {
    if (epoch !== this.#epoch) return []
    this.#isOpen = false
    return this.#spoil('disconnected', nowMs, ({ state }) => state.type === 'live')
  }

  /** Frames of a subscription are lost: all its books turn stale, and are answered. */
  onLoss({ epoch, sid }: Omit<Origin, 'ticker'>, reason: LossReason, nowMs: number): string[] {
    if (epoch !== this.#epoch) return []
    return this.#spoil(reason, nowMs, (entry) => entry.sid === sid)
  }

  /** Takes a whole book, asked for or not. One that cannot be a book leaves the market stale. */
  onSnapshot(snapshot: Origin & BookLevels, nowMs: number): SnapshotOutcome {
    const { sid, yes, no } = snapshot
    const entry = this.#entryOf(snapshot, nowMs)
    if (typeof entry === 'string') return entry
    const outcome = entry.book.applySnapshot({ yes, no })
    entry.sid = sid
    if (outcome !== 'applied') {
      this.#turnStale(entry, outcome, nowMs)
      return outcome
    }
    if (entry.state.type !== 'live') entry.state = { type: 'live', sinceMs: nowMs }
    entry.changedAtMs = nowMs
    entry.isCrossed = this.#countCrossing(entry)
    this.#counts.snapshots += 1
    if (!yes && !no) this.#counts.bareSnapshots += 1
    return 'applied'
  }

  /** Takes a change of one level. One that cannot be true turns the book stale. */
  onDelta(delta: Origin & LevelDelta, nowMs: number): DeltaOutcome {
    const entry = this.#entryOf(delta, nowMs)
    if (typeof entry === 'string') return entry
    if (entry.state.type === 'waiting') return this.#drop('before_snapshot')
    if (entry.state.type === 'stale') return this.#drop('stale')
    const outcome = entry.book.applyDelta(delta)
    if (outcome !== 'applied') {
      this.#turnStale(entry, outcome, nowMs)
      return outcome
    }
    entry.changedAtMs = nowMs
    this.#counts.deltas += 1
    const wasCrossed = entry.isCrossed
    entry.isCrossed = this.#countCrossing(entry)
    if (!entry.isCrossed || wasCrossed) return 'applied'
    this.#turnStale(entry, 'crossed', nowMs)
    return 'crossed'
  }

  /**
   * Markets whose snapshot has to be asked for: the stale ones, and those whose first one is overdue. None while the
   * socket is closed. It keeps no note of having been asked, so whoever asks decides how soon to ask again.
   */
  needsSnapshot(nowMs: number): string[] {
    if (!this.#isOpen) return []
    const tickers: string[] = []
    for (const { ticker, state } of this.#entries.values()) {
      const isOverdue = state.type === 'waiting' && nowMs - state.sinceMs >= this.#snapshotWithinMs
      if (isOverdue || state.type === 'stale') tickers.push(ticker)
    }
    return tickers
  }

  /** A frame of a connection that nobody told of opens it: to miss an opening must not mix two connections. */
  #entryOf({ epoch, ticker }: Origin, nowMs: number): Entry | 'old_connection' | 'not_followed' {
    this.onOpen(epoch, nowMs)
    if (epoch < this.#epoch || !this.#isOpen) return this.#drop('old_connection')
    return this.#entries.get(ticker) ?? this.#drop('not_followed')
  }

  #drop<Reason extends DropReason>(reason: Reason): Reason {
    this.#counts.dropped[reason] += 1
    return reason
  }

  #spoil(reason: StaleReason, nowMs: number, concerns: (entry: Entry) => boolean): string[] {
    const turned: string[] = []
    for (const entry of this.#entries.values()) {
      if (concerns(entry) && this.#turnStale(entry, reason, nowMs)) turned.push(entry.ticker)
    }
    return turned
  }

  /** A book that is stale already keeps its first reason and time. */
  #turnStale(entry: Entry, reason: StaleReason, nowMs: number): boolean {
    if (entry.state.type === 'stale') return false
    entry.state = { type: 'stale', reason, sinceMs: nowMs }
    this.#counts.stale[reason] += 1
    return true
  }

  #countCrossing({ book }: Entry): boolean {
    const { crossing } = book
    if (crossing === 'locked') this.#counts.locked += 1
    if (crossing === 'crossed') this.#counts.crossed += 1
    return crossing === 'crossed'
  }
}
