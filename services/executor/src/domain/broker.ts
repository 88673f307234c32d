import type { OrderRequest } from '@whalecast/events'

export type BrokerName = 'paper' | 'demo' | 'live'
export type Order = Extract<OrderRequest, { kind: 'order' }>
export type Cleanup = Extract<OrderRequest, { kind: 'cleanup' }>

/** An order that the broker has. */
export type Placed = {
  /** Null when the broker only says that it has it. */
  readonly orderId: string | null
  readonly filledE2: number
  /** What rests in the book. */
  readonly remainingE2: number
  /** Of the side that was asked for; null when nothing has filled. */
  readonly averagePriceE4: number | null
  readonly feeE6: number
}

/** What sending an order came to. */
export type Outcome =
  | { readonly type: 'placed'; readonly order: Placed }
  /** The broker's answer was no; it does not have the order. */
  | { readonly type: 'rejected'; readonly reason: string }
  /** It had an order of this id already. */
  | { readonly type: 'known' }
  /** It never arrived, so it may be sent again. */
  | { readonly type: 'not_sent'; readonly reason: string }
  /** Nobody knows whether it arrived. */
  | { readonly type: 'unknown'; readonly reason: string }

export type RestingOrder = {
  readonly orderId: string
  readonly ticker: string
  readonly groupId: string | null
  readonly createdAtMs: number | null
}

/**
 * Whoever takes orders. It takes an order of one id once, however often it is sent; what it took it can find again,
 * if need be after some seconds.
 */
export type Broker = {
  readonly name: BrokerName
  /** How long after sending an order that arrived may not be found yet. */
  readonly settleMs: number
  /** Never rejects for what the broker does or says; only when its own memory cannot be kept. */
  place(order: Order): Promise<Outcome>
  /** Rejects when the broker cannot be asked. */
  find(order: Order): Promise<Placed | undefined>
  /** Every order of the account that rests. Rejects when the broker cannot be asked. */
  resting(): Promise<readonly RestingOrder[]>
  /** `gone`: it did not rest any more. Rejects when it may still rest. */
  cancel(order: RestingOrder): Promise<'canceled' | 'gone'>
  /** Looks after what rests: call it now and then. Never rejects. */
  maintain(nowMs: number): Promise<void>
  /** Nothing more is asked of it. */
  close(): void
}
