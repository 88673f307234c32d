import type { Outcome } from './outcome.ts'
import type { Trade } from './trade-history.ts'

/** A resting bid for one outcome; `countE2` is what is left of it. */
export type Order = {
  readonly id: number
  readonly side: Outcome
  readonly priceE4: number
  readonly maker: boolean
  readonly holder?: Holder | undefined
  countE2: number
}

/** Why an order ended or changed without its owner asking for it, by the venue's names. */
export type CancelReason = 'SelfTradeCancel' | 'ExpiryCancel' | 'CloseCancel' | 'HaltCancel'

/** What a taker does about a resting order it meets; `skip` says that the holder has taken that order off the book. */
export type Meeting = 'trade' | 'skip' | 'stop'

/**
 * The account behind an order. It is told what becomes of the order inside the step in which it happens; the
 * exchange's own participants have no holder and are told nothing.
 */
export type Holder = {
  readonly accountId: string
  readonly clientOrderId: string | undefined
  readonly cancelOnPause: boolean
  /** Asked before the order takes from a resting one. */
  onMeet(maker: Order): Meeting
  onFill(trade: Trade, role: 'taker' | 'maker'): void
  /** The order left the book; without a reason, because its owner wanted it. */
  onCancel(reason: CancelReason | undefined): void
}
