import type { Series, Strike } from '../venue/listing.ts'
import type { PriceStructure } from '../venue/price-grid.ts'

/** How the fair values of an event's markets hang together. */
export type ValuePlan =
  /** One of the markets wins: fair values are shares of a whole, given by these starting weights. */
  | { readonly kind: 'exclusive'; readonly weights: readonly number[]; readonly volatility: number }
  /** A number is compared with each market's strike: fair values follow from where the number stands. */
  | {
      readonly kind: 'ladder'
      readonly spot: number
      readonly deviation: number
      readonly volatility: number
      readonly strikes: readonly number[]
    }

export type MarketPlan = {
  readonly suffix: string
  readonly title: string
  readonly yesSubTitle: string
  readonly rules: string
  readonly strike?: Strike
}

/** An event before it is listed: what it asks, when it ends, how busy and how tight it trades. */
export type EventPlan = {
  readonly series: Series
  readonly tickerSuffix: string
  readonly title: string
  readonly subTitle: string
  readonly closeMs: number
  readonly settlementTimerS: number
  readonly structure: PriceStructure
  readonly markets: readonly MarketPlan[]
  readonly value: ValuePlan
  /** Share of the flow relative to other events. */
  readonly activity: number
  /** Ticks a market maker's first quotes stay behind the prices next to fair value; 0 quotes one tick wide. */
  readonly edgeTicks: number
}
