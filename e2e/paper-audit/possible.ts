import type { Bids, BookAt, Print, SeenAtExchange, TradingState } from './evidence.ts'

/** A book reaches whoever acts on it within this: the exchange's socket, one conflation, the bus, a look each second. */
const withinMs = 2_500

type Fill = TradingState['fills'][number]

/** Every book of a market that stood at `atMs` or shortly before, newest first, with how long it had been over by then. */
function* booksBefore(
  { books }: SeenAtExchange,
  ticker: string,
  atMs: number,
): Iterable<BookAt & { ageMs: number }> {
  const all = books.get(ticker) ?? []
  let endMs = Infinity
  for (const book of all.toReversed()) {
    const ageMs = Math.max(0, atMs - endMs)
    endMs = book.atMs
    if (book.atMs > atMs) continue
    if (ageMs > withinMs) return
    yield { ...book, ageMs }
  }
}

/** How old the offer was that a fill took; undefined when the exchange never had it. */
export function offerAge(
  exchange: SeenAtExchange,
  { ticker, side, price, count, filled_ms }: Fill,
): number | undefined {
  const bidE4 = 10_000 - Math.round(price * 100)
  for (const { ageMs, ...book } of booksBefore(exchange, ticker, filled_ms)) {
    const offered = (side === 'yes' ? book.no : book.yes).get(bidE4) ?? 0
    if (offered >= Math.round(count * 100)) return ageMs
  }
  return undefined
}

/** How old the book was into whose bids a position sells for exactly this; undefined when there was none. */
export function sellAge(
  exchange: SeenAtExchange,
  {
    ticker,
    countE2,
    valueE6,
  }: { readonly ticker: string; readonly countE2: number; readonly valueE6: number },
  atMs: number,
): number | undefined {
  for (const { ageMs, ...book } of booksBefore(exchange, ticker, atMs)) {
    const bids = countE2 > 0 ? book.yes : book.no
    if (sold(bids, Math.abs(countE2)) === valueE6) return ageMs
  }
  return undefined
}

function sold(bids: Bids, countE2: number): number {
  let [leftE2, sumE6] = [countE2, 0]
  for (const [priceE4, bidE2] of [...bids].toSorted(([a], [b]) => b - a)) {
    const takenE2 = Math.min(leftE2, bidE2)
    sumE6 += takenE2 * priceE4
    leftE2 -= takenE2
  }
  return sumE6
}

/** Whether prints went through the price of a resting order far enough; `used` is what earlier fills took of them. */
export function printsThrough(
  { prints }: SeenAtExchange,
  { ticker, side, price, count, filled_ms }: Fill,
  used: Map<object, number>,
): boolean {
  let leftE2 = Math.round(count * 100)
  const limitE4 = Math.round(price * 100)
  const isThrough = (print: Print) =>
    print.ticker === ticker &&
    !print.isBlock &&
    print.atMs <= filled_ms &&
    print.atMs > filled_ms - withinMs &&
    (side === 'yes' ? print.yesE4 : 10_000 - print.yesE4) < limitE4
  for (const print of prints.filter(isThrough)) {
    const takenE2 = Math.min(leftE2, print.countE2 - (used.get(print) ?? 0))
    used.set(print, (used.get(print) ?? 0) + takenE2)
    leftE2 -= takenE2
  }
  return leftE2 === 0
}
