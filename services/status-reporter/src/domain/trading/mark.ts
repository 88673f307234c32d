import { OrderBook } from '@whalecast/book'
import type { AccountPosition, Book } from '@whalecast/events'

/** A live book is told again each five seconds; three of them missed say that nobody keeps it. */
const staleAfterMs = 15_000

/** What a position is worth by our own book: what it would bring if all of it were sold into the bids now. */
export type Mark = {
  readonly valueE6: number
  /** Of the side that is held, in cents. */
  readonly bid: number | null
  readonly ask: number | null
}

/**
 * The mark of a position; undefined without a live book. What the bids told do not take brings nothing: that is what
 * selling it now would bring.
 */
export function markPosition(
  { position_e2: positionE2 }: AccountPosition,
  told: Book | undefined,
  nowMs: number,
): Mark | undefined {
  if (told?.state !== 'live' || nowMs - told.timestamp_ms > staleAfterMs) return undefined
  const book = new OrderBook()
  const levels = (side: 'yes' | 'no') =>
    told[side].map(
      ({ price_cents, count }) => [Math.round(price_cents * 100), Math.round(count * 100)] as const,
    )
  if (book.applySnapshot({ yes: levels('yes'), no: levels('no') }) !== 'applied') return undefined
  const side = positionE2 > 0 ? 'yes' : 'no'
  const { amountE6 } = book.walk({ action: 'sell', side, countE2: Math.abs(positionE2) })
  const cents = (level: readonly [number, number] | undefined) => (level ? level[0] / 100 : null)
  return { valueE6: amountE6, bid: cents(book.bestBid(side)), ask: cents(book.bestAsk(side)) }
}
