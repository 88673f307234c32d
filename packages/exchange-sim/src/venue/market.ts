import { OrderBook } from './order-book.ts'
import type { Outcome } from './outcome.ts'
import type { Listing } from './listing.ts'
import { RollingVolume } from './rolling-volume.ts'
import type { Trade } from './trade-history.ts'
import { dollarE4 } from './units.ts'

/** `initialized → active ⇄ inactive → closed → determined → finalized`; orders match in `active` only. */
export type MarketStatus = 'initialized' | 'active' | 'inactive' | 'closed' | 'determined' | 'finalized'

/** What a trade does to the number of contracts in existence. */
export type InterestEffect = 'opens' | 'transfers' | 'closes'

/** Best prices on the YES scale with their sizes; an empty side stands at 0 (bid) or 1 dollar (ask). */
type Quote = {
  readonly bidE4: number
  readonly bidSizeE2: number
  readonly askE4: number
  readonly askSizeE2: number
}

/** What the ticker channel tells about a market. */
export type Ticker = Quote & {
  readonly lastPriceE4: number
  readonly lastSizeE2: number
  readonly volumeE2: number
  readonly openInterestE2: number
}

/** One market: its listing, its book and everything that changes while it trades. */
export class Market {
  readonly listing: Listing
  readonly ordinal: number
  readonly book = new OrderBook()
  readonly #day: RollingVolume
  status: MarketStatus = 'initialized'
  result: Outcome | '' = ''
  closeMs: number
  updatedMs: number
  settledMs: number | undefined
  lastSizeE2 = 0
  lastPriceE4: number
  volumeE2: number
  openInterestE2: number

  constructor(listing: Listing, ordinal: number, volume24hE2 = listing.history.volumeE2) {
    this.listing = listing
    this.ordinal = ordinal
    this.#day = new RollingVolume(Math.min(volume24hE2, listing.history.volumeE2))
    this.closeMs = listing.closeMs
    this.updatedMs = listing.createdMs
    this.lastPriceE4 = listing.history.lastPriceE4
    this.volumeE2 = listing.history.volumeE2
    this.openInterestE2 = listing.history.openInterestE2
  }

  get ticker(): string {
    return this.listing.ticker
  }

  quote(): Quote {
    const yes = this.book.bestBid('yes')
    const no = this.book.bestBid('no')
    return {
      bidE4: yes?.priceE4 ?? 0,
      bidSizeE2: yes?.countE2 ?? 0,
      askE4: no ? dollarE4 - no.priceE4 : dollarE4,
      askSizeE2: no?.countE2 ?? 0,
    }
  }

  tickerState(): Ticker {
    return {
      ...this.quote(),
      lastPriceE4: this.lastPriceE4,
      lastSizeE2: this.lastSizeE2,
      volumeE2: this.volumeE2,
      openInterestE2: this.openInterestE2,
    }
  }

  volume24hE2(nowMs: number): number {
    return this.#day.total(nowMs)
  }

  /** Counts a print into every statistic of the market. */
  record(trade: Trade, effect: InterestEffect): void {
    this.lastPriceE4 = trade.yesPriceE4
    this.lastSizeE2 = trade.countE2
    this.volumeE2 += trade.countE2
    this.#day.add(trade.countE2, trade.tsMs)
    if (effect === 'opens') this.openInterestE2 += trade.countE2
    if (effect === 'closes') this.openInterestE2 = Math.max(0, this.openInterestE2 - trade.countE2)
  }
}

/** True when a ticker would tell nothing new. */
export function sameTicker(a: Ticker, b: Ticker | undefined): boolean {
  return (
    b !== undefined &&
    a.bidE4 === b.bidE4 &&
    a.askE4 === b.askE4 &&
    a.bidSizeE2 === b.bidSizeE2 &&
    a.askSizeE2 === b.askSizeE2 &&
    a.lastPriceE4 === b.lastPriceE4 &&
    a.lastSizeE2 === b.lastSizeE2 &&
    a.volumeE2 === b.volumeE2 &&
    a.openInterestE2 === b.openInterestE2
  )
}
