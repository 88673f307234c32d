import type { Book, BookDelta } from './book.ts'

type Level = Book['yes'][number]
type Change = BookDelta['yes'][number]
/** A book, and the version under which it was published. */
export type VersionedBook = { readonly version: number; readonly book: Book }

/**
 * What turns one book into another; `applyBookDelta` is its counterpart. Undefined where a change could not say it: a
 * side that is not in order of price, or has a level without contracts.
 */
export function bookDelta(before: VersionedBook, after: VersionedBook): BookDelta | undefined {
  const [old, book] = [before.book, after.book]
  if (old.market_ticker !== book.market_ticker || ![old.yes, old.no, book.yes, book.no].every(isInOrder))
    return undefined
  return {
    base_version: before.version,
    version: after.version,
    set: changedFields(old, book),
    yes: changedLevels(old.yes, book.yes),
    no: changedLevels(old.no, book.no),
  }
}

function isInOrder(levels: readonly Level[]): boolean {
  let above = Infinity
  for (const { price_cents, count } of levels) {
    if (price_cents >= above || count === 0) return false
    above = price_cents
  }
  return true
}

function changedFields(before: Book, after: Book): BookDelta['set'] {
  const { market_ticker: _t, yes: _y, no: _n, ...fields } = after
  const old: Readonly<Record<string, unknown>> = before
  return Object.fromEntries(Object.entries(fields).filter(([name, value]) => old[name] !== value))
}

function changedLevels(before: readonly Level[], after: readonly Level[]): Change[] {
  const counts = new Map(before.map(({ price_cents, count }) => [price_cents, count]))
  const changes: Change[] = []
  for (const { price_cents, count } of after) {
    if (counts.get(price_cents) !== count) changes.push([price_cents, count])
    counts.delete(price_cents)
  }
  for (const price of counts.keys()) changes.push([price, 0])
  return changes
}
