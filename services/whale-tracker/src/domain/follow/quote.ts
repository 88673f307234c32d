import type { Book } from '@whalecast/events'

/** What a market asks and bids now, in 1e-4 dollars of YES; undefined where a side is empty. */
export type Quote = {
  readonly yesBidE4: number | undefined
  readonly yesAskE4: number | undefined
}

/** A live book is told again each five seconds; three of them missed say that nobody keeps it. */
const staleAfterMs = 15_000

/** The quote of a book; undefined when the book is not what the exchange has now. */
export function toQuote(book: Book | undefined, nowMs: number): Quote | undefined {
  if (book?.state !== 'live' || nowMs - book.timestamp_ms > staleAfterMs) return undefined
  const e4 = (cents: number | null) => (cents === null ? undefined : Math.round(cents * 100))
  return { yesBidE4: e4(book.best_yes_bid_cents), yesAskE4: e4(book.best_yes_ask_cents) }
}

/** What one contract of a side costs at least. */
export function askE4({ yesBidE4, yesAskE4 }: Quote, side: 'yes' | 'no'): number | undefined {
  if (side === 'yes') return yesAskE4
  return yesBidE4 === undefined ? undefined : 10_000 - yesBidE4
}

export function spreadE4({ yesBidE4, yesAskE4 }: Quote): number | undefined {
  return yesBidE4 === undefined || yesAskE4 === undefined ? undefined : yesAskE4 - yesBidE4
}

/** Half way between bid and ask of YES. */
export function midE4({ yesBidE4, yesAskE4 }: Quote): number | undefined {
  return yesBidE4 === undefined || yesAskE4 === undefined ? undefined : (yesBidE4 + yesAskE4) / 2
}
