import type { Bus } from '@whalecast/bus'
import type { BookDesk } from './book-desk.ts'

/** Tells the desk which markets are hot because whales traded in them or the account has money in them. */
export function watchHotMarkets(bus: Bus, books: Pick<BookDesk, 'replaceHot'>): () => void {
  const ends = [
    bus.subscribe('whale_queue', ({ data }) => {
      books.replaceHot(
        'whales',
        data.queue.map(({ market_ticker }) => market_ticker),
      )
    }),
    bus.subscribe('account', ({ data: { positions, orders } }) => {
      books.replaceHot(
        'account',
        [...positions, ...orders].map(({ market_ticker }) => market_ticker),
      )
    }),
  ]
  return () => ends.forEach((end) => end())
}
