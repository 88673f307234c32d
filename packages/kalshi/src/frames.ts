import type { AccountOrder, AccountPosition, Fill, Trade } from '@whalecast/events'

/** Why something from the exchange was not understood. A closed set of names, fit to be a metric's label. */
export type InvalidReason =
  | 'not_json'
  | 'not_an_object'
  | 'type_missing'
  | 'msg_missing'
  | 'trade_id_malformed'
  | 'market_ticker_malformed'
  | 'event_ticker_malformed'
  | 'price_missing'
  | 'price_malformed'
  | 'price_out_of_range'
  | 'prices_disagree'
  | 'count_missing'
  | 'count_malformed'
  | 'count_out_of_range'
  | 'time_missing'
  | 'time_malformed'
  | 'side_unknown'
  | 'levels_malformed'
  | 'block_flag_malformed'
  | 'order_id_malformed'
  | 'position_malformed'
  | 'money_malformed'

/** A level of a book: price in 1e-4 dollars, resting contracts in 1e-2. */
export type BookLevel = readonly [priceE4: number, countE2: number]

/** A whole book. Both sides are bids, in no promised order; null is a side the frame did not carry. */
export type BookSnapshot = {
  readonly market_ticker: string
  readonly yes: readonly BookLevel[] | null
  readonly no: readonly BookLevel[] | null
}

/** A change of one level: `delta_e2` is added to what rests there. */
export type BookDelta = {
  readonly market_ticker: string
  readonly side: 'yes' | 'no'
  readonly price_e4: number
  readonly delta_e2: number
  readonly changed_at_ms: number | null
}

/** The newest figures of a market; null where the exchange sent none. */
export type TickerUpdate = {
  readonly market_ticker: string
  readonly last_price_e4: number | null
  readonly yes_bid_e4: number | null
  readonly yes_ask_e4: number | null
  readonly yes_bid_size_e2: number | null
  readonly yes_ask_size_e2: number | null
  readonly last_size_e2: number | null
  readonly volume_e2: number | null
  readonly open_interest_e2: number | null
  readonly changed_at_ms: number
}

export type LifecycleEventType =
  | 'created'
  | 'activated'
  | 'deactivated'
  | 'close_date_updated'
  | 'determined'
  | 'settled'
  | 'price_level_structure_updated'
  | 'metadata_updated'
  | 'unknown'

/** A step in a market's life; null where this step does not tell. */
export type MarketLifecycle = {
  readonly market_ticker: string
  readonly event_type: LifecycleEventType
  readonly event_ticker: string | null
  readonly title: string | null
  readonly sub_title: string | null
  readonly close_at_ms: number | null
  readonly result: string | null
  /** What one YES contract pays by that result. */
  readonly settlement_e4: number | null
}

/** An event came into being, before its markets are visible over REST. */
export type EventLifecycle = {
  readonly event_ticker: string
  readonly series_ticker: string | null
  readonly title: string | null
  readonly sub_title: string | null
}

/** A match of one of the account's orders. */
export type AccountFill = Fill & {
  /** What the account holds afterwards, YES positive; null over REST, which does not say. */
  readonly position_after_e2: number | null
}

/** What the account holds of a market now, as the socket tells it: without what was ever traded there, and when. */
export type PositionUpdate = Omit<AccountPosition, 'total_traded_e6' | 'updated_at_ms' | 'source'>

/** An order of the account as it stands. */
export type OrderUpdate = AccountOrder & { readonly updated_at_ms: number | null }

export type Subscription = { readonly channel: string; readonly sid: number }

/** On every frame, so that one ledger of sequence numbers sees control frames and bad ones too. */
type Envelope = {
  readonly type: string | undefined
  readonly sid: number | undefined
  readonly seq: number | undefined
}

/** A frame of the exchange, understood as far as it could be. */
export type ExchangeFrame = Envelope &
  (
    | { readonly kind: 'trade'; readonly trade: Trade }
    | { readonly kind: 'ticker'; readonly ticker: TickerUpdate }
    | { readonly kind: 'book_snapshot'; readonly id: number | null; readonly snapshot: BookSnapshot }
    | { readonly kind: 'book_delta'; readonly delta: BookDelta }
    | { readonly kind: 'lifecycle'; readonly lifecycle: MarketLifecycle }
    | { readonly kind: 'event_lifecycle'; readonly event: EventLifecycle }
    | { readonly kind: 'fill'; readonly fill: AccountFill }
    | { readonly kind: 'position'; readonly position: PositionUpdate }
    | { readonly kind: 'order'; readonly order: OrderUpdate }
    | { readonly kind: 'subscribed'; readonly id: number | null; readonly channel: string | null }
    | {
        readonly kind: 'ok'
        readonly id: number | null
        /** All markets of the subscription after the change; null when the exchange did not list them. */
        readonly market_tickers: readonly string[] | null
        /** The answer to a list command; null in any other `ok`. */
        readonly subscriptions: readonly Subscription[] | null
      }
    | { readonly kind: 'unsubscribed'; readonly id: number | null }
    | {
        readonly kind: 'error'
        readonly id: number | null
        readonly code: number | null
        readonly message: string
        /** The subscription `sid` is dead and has lost data; the socket lives. Subscribe again. */
        readonly terminal: boolean
      }
    | { readonly kind: 'unknown' }
    | { readonly kind: 'invalid'; readonly reason: InvalidReason }
  )

/** Frames of one kind. */
export type ExchangeFrameOf<Kind extends ExchangeFrame['kind']> = Extract<ExchangeFrame, { kind: Kind }>
