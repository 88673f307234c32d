import type { Outcome } from '../venue/outcome.ts'
import type { OrderRecord } from './order-record.ts'
import type { Position } from './position.ts'

/** One match of an account's order, as the account is told of it. */
export type FillRecord = {
  readonly number: number
  readonly tradeId: string
  readonly orderId: string
  readonly clientOrderId: string | undefined
  readonly ticker: string
  readonly side: Outcome
  readonly yesPriceE4: number
  readonly countE2: number
  readonly isTaker: boolean
  readonly feeE6: number
  readonly positionAfterE2: number
  readonly tsMs: number
}

/** What a market paid to an account that held contracts of it. */
export type SettlementRecord = {
  readonly number: number
  readonly ticker: string
  readonly eventTicker: string
  readonly result: Outcome
  /** As it was just before the market paid. */
  readonly position: Position
  readonly revenueE6: number
  readonly tsMs: number
}

/** Money that came from outside, or with a negative amount went there. */
export type TransferRecord = {
  readonly number: number
  readonly id: string
  readonly amountE6: number
  readonly tsMs: number
}

/** An account as it stood at one moment; nothing in it changes afterwards. */
export type AccountView = {
  readonly cashE6: number
  readonly reservedE6: number
  readonly updatedMs: number
  readonly orders: readonly OrderRecord[]
  readonly positions: readonly Position[]
  readonly fills: readonly FillRecord[]
  readonly settlements: readonly SettlementRecord[]
  readonly transfers: readonly TransferRecord[]
}
