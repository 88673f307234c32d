import type { Book, BookDelta } from '../book.ts'

type Level = Book['yes'][number]
type Change = BookDelta['yes'][number]

/**
 * The book that a change leaves behind: exactly the one that was published as `version`, if the change's `base_version`
 * is the version of `book`. Whoever holds another version asks `resync`.
 */
export function applyBookDelta(book: Book, { set, yes, no }: BookDelta): Book {
  // Fields that the change does not have are absent, never undefined: it comes out of JSON.
  return Object.assign({}, book, set, { yes: changed(book.yes, yes), no: changed(book.no, no) })
}

/** Best first, as every side of a book. */
function changed(levels: readonly Level[], changes: readonly Change[]): Level[] {
  const counts = new Map(levels.map(({ price_cents, count }) => [price_cents, count]))
  for (const [price, count] of changes)
    if (count === 0) counts.delete(price)
    else counts.set(price, count)
  return [...counts]
    .map(([price_cents, count]) => ({ price_cents, count }))
    .toSorted((a, b) => b.price_cents - a.price_cents)
}
