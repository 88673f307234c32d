import type { Holder } from './order.ts'
import type { ListedEvent } from './listing.ts'
import type { Market } from './market.ts'
import type { Outcome } from './outcome.ts'
import type { Trade } from './trade-history.ts'

/** One step of a market's life that the exchange announces. */
export type LifecycleStep =
  | 'created'
  | 'activated'
  | 'deactivated'
  | 'close_date_updated'
  | 'determined'
  | 'settled'

/** What happens at the venue, told in the order in which it happens. */
export type VenueEvent =
  | { readonly type: 'trade'; readonly trade: Trade }
  | {
      readonly type: 'book'
      readonly market: Market
      readonly side: Outcome
      readonly priceE4: number
      readonly deltaE2: number
      readonly tsMs: number
      /** The account whose order caused the change, if one did. */
      readonly cause: Holder | undefined
    }
  | { readonly type: 'ticker'; readonly market: Market; readonly tsMs: number }
  | {
      readonly type: 'lifecycle'
      readonly market: Market
      readonly step: LifecycleStep
      readonly tsMs: number
    }
  | { readonly type: 'event_listed'; readonly event: ListedEvent }

/** Called synchronously, inside the change it is told about: it must neither throw nor change the venue. */
export type VenueListener = (event: VenueEvent) => void
