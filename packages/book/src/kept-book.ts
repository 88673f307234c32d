import { type BookReader, OrderBook } from './order-book.ts'

/**
 * Why a book is not to be trusted. Told by whoever reads the socket: `sequence_hole` (a number of its subscription is
 * missing), `invalid_frame` (one of its frames was not understood), `subscription_lost` (the exchange ended it),
 * `disconnected`. Found in the book: `negative`, `crossed`, `out_of_range`, `duplicate_price`.
 */
export type StaleReason =
  | 'sequence_hole'
  | 'invalid_frame'
  | 'subscription_lost'
  | 'disconnected'
  | 'negative'
  | 'crossed'
  | 'out_of_range'
  | 'duplicate_price'

/** Whether a book can be believed, and since when. */
export type BookState =
  | { readonly type: 'waiting'; readonly sinceMs: number }
  | { readonly type: 'live'; readonly sinceMs: number }
  | { readonly type: 'stale'; readonly reason: StaleReason; readonly sinceMs: number }

/** The book of one market and its state. It stays the same object while it is followed: read it anew each time. */
export type KeptBook = {
  readonly ticker: string
  readonly state: BookState
  /** What was known last: current only while `live`, empty while `waiting`. */
  readonly book: BookReader
  /** When a snapshot or delta was applied last on this connection; null before the first. */
  readonly changedAtMs: number | null
}

/** A kept book as its keeper writes it. */
export class Entry implements KeptBook {
  readonly ticker: string
  state: BookState
  book = new OrderBook()
  changedAtMs: number | null = null
  /** The subscription its newest snapshot came by. */
  sid: number | undefined
  /** Crossed by the exchange's own snapshot, so its being crossed proves nothing. */
  isCrossed = false

  constructor(ticker: string, nowMs: number) {
    this.ticker = ticker
    this.state = { type: 'waiting', sinceMs: nowMs }
  }

  /** Forgets what it knew; a new connection will tell. */
  clear(nowMs: number): void {
    this.state = { type: 'waiting', sinceMs: nowMs }
    this.book = new OrderBook()
    this.changedAtMs = null
    this.sid = undefined
  }
}
