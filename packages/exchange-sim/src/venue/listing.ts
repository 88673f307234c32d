import type { FeeSchedule } from './fees.ts'
import type { PriceGrid } from './price-grid.ts'

/** A family of events under one rule book. */
export type Series = {
  readonly ticker: string
  readonly title: string
  readonly category: string
  readonly frequency: string
  readonly tags: readonly string[]
  /** @default takers pay, once */
  readonly fees?: FeeSchedule
}

/** One real-world question with one or more markets. */
export type ListedEvent = {
  readonly ticker: string
  readonly seriesTicker: string
  readonly title: string
  readonly subTitle: string
  readonly category: string
  /** At most one of its markets can resolve to YES. */
  readonly exclusive: boolean
  readonly updatedMs: number
}

/** The bound a market's YES is defined by, for markets on a number. */
export type Strike = {
  readonly type: 'greater' | 'less' | 'between' | 'structured'
  readonly floor?: number
  readonly cap?: number
}

/** What is fixed when a market is listed, and the statistics it is listed with. */
export type Listing = {
  readonly ticker: string
  readonly marketId: string
  readonly eventTicker: string
  readonly title: string
  readonly yesSubTitle: string
  readonly rules: string
  readonly grid: PriceGrid
  readonly strike: Strike | undefined
  readonly createdMs: number
  readonly openMs: number
  readonly closeMs: number
  readonly expectedExpirationMs: number
  readonly settlementTimerS: number
  readonly history: TradingTotals
}

/** Running totals of a market; a market that has never traded has last price 0. */
type TradingTotals = {
  readonly lastPriceE4: number
  readonly volumeE2: number
  readonly openInterestE2: number
}
