import { digestOf } from '@whalecast/delivery'
import type { Book } from '@whalecast/events'
import type { PublishedBook } from '../feed/book-feed.ts'

/** A book that so many clients had under this version. */
export type SeenBook = PublishedBook & { readonly clients: number }

/** What clients had, book by book, in the order in which they had it. */
export class SeenBooks {
  /** Clients that have the same book share its text. */
  private readonly counts = new Map<
    string,
    { readonly version: number; readonly book: Book; clients: number }
  >()
  count = 0

  add(version: number, book: Book): void {
    this.count += 1
    const name = `${version} ${JSON.stringify(book)}`
    const known = this.counts.get(name)
    if (known) known.clients += 1
    else this.counts.set(name, { version, book, clients: 1 })
  }

  report(): SeenBook[] {
    return [...this.counts.values()].map(({ version, book, clients }) => ({
      ticker: book.market_ticker,
      version,
      digest: digestOf(book),
      clients,
    }))
  }
}

export type Compared = {
  /** Books that were never published as they were seen. */
  readonly wrong: number
  /** Books that were published and not seen; of a latest channel one may pass over those that are not the newest. */
  readonly missed: number
  /** Clients, market by market, that do not have the newest in the end. */
  readonly behind: number
}

/** Holds what clients had against what was published meanwhile. */
export function compareBooks(
  published: readonly PublishedBook[],
  seen: readonly SeenBook[],
  clients: number,
): Compared {
  const nameOf = ({ ticker, version, digest }: PublishedBook) => `${ticker} ${version} ${digest}`
  const left = new Map(published.map((book) => [nameOf(book), clients]))
  let wrong = 0
  for (const book of seen) {
    const missing = left.get(nameOf(book)) ?? 0
    // What comes twice is as wrong as what was never published.
    wrong += Math.max(0, book.clients - missing)
    if (left.has(nameOf(book))) left.set(nameOf(book), Math.max(0, missing - book.clients))
  }
  const newest = new Map<string, PublishedBook>()
  for (const book of published)
    if (book.version > (newest.get(book.ticker)?.version ?? 0)) newest.set(book.ticker, book)
  const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0)
  return {
    wrong,
    missed: sum(left.values()),
    behind: sum([...newest.values()].map((book) => left.get(nameOf(book)) ?? 0)),
  }
}
