import type { AccountOrder, AccountPosition, FeeRule, Fill, Settlement } from '@whalecast/events'

/** An order of a paper account, resting or done. */
export type PaperOrder = AccountOrder & {
  readonly client_order_id: string
  readonly created_at_ms: number
  /** Paid for what has filled, or got for what was sold, before fees. */
  readonly amount_e6: number
  readonly fee_e6: number
  /** When it leaves the book by itself. */
  readonly rests_until_ms: number
  /** What its series took when it was placed; absent where nobody knew. */
  readonly fees?: FeeRule | undefined
}

/** All of a paper account: money, positions, orders, and the newest of what happened. */
export type PaperState = {
  readonly since_ms: number
  readonly initial_e6: number
  readonly cash_e6: number
  readonly realized_e6: number
  readonly fees_e6: number
  readonly positions: AccountPosition[]
  /** Resting ones, and those done lately, by which an order that comes again is known. */
  readonly orders: PaperOrder[]
  /** Newest first. */
  readonly fills: Fill[]
  readonly fills_count: number
  readonly settlements: Settlement[]
  readonly settlements_count: number
}

export const emptyPaper = (initialE6: number, nowMs: number): PaperState => ({
  since_ms: nowMs,
  initial_e6: initialE6,
  cash_e6: initialE6,
  realized_e6: 0,
  fees_e6: 0,
  positions: [],
  orders: [],
  fills: [],
  fills_count: 0,
  settlements: [],
  settlements_count: 0,
})
