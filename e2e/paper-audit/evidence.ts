import type { ServerFrameMap } from '@whalecast/events'

export type Outcome = 'yes' | 'no'

/** Bids of one side: contracts (1e-2) by price (1e-4 dollars). */
export type Bids = ReadonlyMap<number, number>

/** How a book stood from a moment on, until the next one. */
export type BookAt = { readonly atMs: number; readonly yes: Bids; readonly no: Bids }

/** A print as the exchange told it. */
export type Print = {
  readonly ticker: string
  readonly atMs: number
  readonly yesE4: number
  readonly countE2: number
  readonly isBlock: boolean
}

/** What the exchange takes for a trade in a market. */
export type FeeRule = { readonly type: string; readonly multiplier: number }

/** What was seen at the exchange. */
export type SeenAtExchange = {
  readonly books: ReadonlyMap<string, readonly BookAt[]>
  readonly prints: readonly Print[]
  /** What one YES pays, in 1e-4 dollars, by the exchange's decision. */
  readonly decided: ReadonlyMap<string, number>
  /** When a market could not be traded, which is when nobody keeps a book of it. */
  readonly quiet: ReadonlyMap<string, readonly { readonly fromMs: number; readonly toMs: number }[]>
  readonly fees: ReadonlyMap<string, FeeRule>
}

export type TradingState = ServerFrameMap['trading_state']

/** A match as it was told when it happened; which side of it took is told nowhere else. */
export type ToldFill = {
  readonly fillId: string
  readonly feeE6: number
  readonly isTaker: boolean
}

/** What Whalecast told about the account. */
export type SeenAtWhalecast = {
  readonly states: readonly TradingState[]
  readonly fills: ReadonlyMap<string, ToldFill>
}

/** Cents, which may have decimals, in 1e-6 dollars. */
export const centsToE6 = (cents: number): number => Math.round(cents * 10_000)
