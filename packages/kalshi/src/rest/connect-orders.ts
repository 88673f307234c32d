import { systemTime } from '@whalecast/socket'
import { KalshiApiError } from '../api-error.ts'
import { parseDecimal } from '../decimal.ts'
import { ExchangeClock } from '../exchange-clock.ts'
import { isFields, textOf, type Fields } from '../fields.ts'
import type { OrderUpdate } from '../frames.ts'
import { parseOrder } from '../parse-account.ts'
import type { RestOptions } from './connect-rest.ts'
import { openSdk } from './open-sdk.ts'
import { pages } from './pages.ts'
import { Requests } from './requests.ts'
import { TokenBucket } from './token-bucket.ts'

/** A limit order, priced as what one contract of `side` costs. */
export type NewOrder = {
  readonly clientOrderId: string
  readonly ticker: string
  readonly side: 'yes' | 'no'
  readonly action: 'buy' | 'sell'
  readonly priceE4: number
  readonly countE2: number
  /** When the exchange takes it out of the book by itself; undefined for one that never rests. */
  readonly restsUntilMs: number | undefined
  readonly groupId: string | undefined
}

/** What the exchange says of an order that it has. */
export type PlacedOrder = {
  readonly orderId: string
  readonly filledE2: number
  readonly remainingE2: number
  /** Of the side that was asked for; null when nothing has filled. */
  readonly averagePriceE4: number | null
  readonly feeE6: number
}

export type OrderQuery = Pick<NewOrder, 'clientOrderId' | 'ticker' | 'side'> & {
  /** It was not sent before this time. */
  readonly sinceMs: number
}

/**
 * The writing half of the exchange's API, for the one process that orders. Writes are never repeated here; reads may
 * lag a second behind them. Every call rejects with KalshiApiError.
 */
export type KalshiOrders = {
  /** The exchange refuses a client order id that it has seen before, whatever became of it, with 409. */
  place(order: NewOrder, signal?: AbortSignal): Promise<PlacedOrder>
  /** Finds an order by the id we gave it. */
  find(query: OrderQuery, signal?: AbortSignal): Promise<PlacedOrder | undefined>
  /** Orders in the book. Rejects when one of them cannot be read: half a list must not be taken for the whole. */
  resting(signal?: AbortSignal): Promise<OrderUpdate[]>
  /** `gone`: it does not rest any more. */
  cancel(order: { readonly orderId: string; readonly ticker: string }): Promise<'canceled' | 'gone'>
  /** A group whose orders are cancelled together when more than so many contracts trade within 15 s. */
  createGroup(contractsLimit: number, signal?: AbortSignal): Promise<string>
  /** Deletes a group and cancels its orders. */
  deleteGroup(groupId: string, signal?: AbortSignal): Promise<'deleted' | 'gone'>
}

export type OrdersOptions = Pick<RestOptions, 'apiUrl' | 'clock' | 'timeoutMs' | 'time' | 'random'> & {
  readonly signer: NonNullable<RestOptions['signer']>
  /** The account's budget for writes. @default 100 tokens/s, the exchange's basic tier */
  readonly writeTokens?: { readonly perSecond: number; readonly capacity: number }
}

/** What the exchange charges. */
const cost = { write: 10, cancel: 2 }
const pageSize = 100
const dollarE4 = 10_000
/** Clocks disagree, and the exchange takes times in whole seconds. */
const slackMs = 60_000

/** Orders at the exchange, through its official SDK. Opens nothing before the first call. */
export function connectOrders(options: OrdersOptions): KalshiOrders {
  const { apiUrl, signer, time = systemTime, random = Math.random, timeoutMs = 10_000 } = options
  const clock = options.clock ?? new ExchangeClock(time.now)
  const bucketOf = (tokens: { readonly perSecond: number; readonly capacity: number }) =>
    new TokenBucket({ ...tokens, time })
  const common = { clock, time, random }
  const reads = new Requests({ ...common, bucket: bucketOf({ perSecond: 200, capacity: 200 }) })
  const writeTokens = options.writeTokens ?? { perSecond: 100, capacity: 100 }
  const writes = new Requests({ ...common, bucket: bucketOf(writeTokens) })
  const { ordersApi, orderGroupsApi } = openSdk({ apiUrl, signer, clock, timeoutMs })
  const none = undefined

  type Filter = { readonly ticker?: string; readonly minTs?: number; readonly status?: string }
  const orderPages = ({ ticker, minTs, status }: Filter, signal: AbortSignal | undefined) =>
    pages(
      {
        field: 'orders',
        signal,
        read: (cursor) =>
          reads.read<unknown>(() => {
            const range = [ticker, none, minTs, none, status, pageSize, cursor] as const
            return ordersApi.getOrders(...range, none, none, abortedBy(signal))
          }, signal),
      },
      (row) => (isFields(row) ? row : undefined),
    )

  return {
    async place(order, signal) {
      const call = () => ordersApi.createOrderV2(requestOf(order), abortedBy(signal))
      const body = await writes.once<unknown>(call, { cost: cost.write, signal })
      return (isFields(body) ? parsePlaced(body, order.side) : undefined) ?? unexpected('an order')
    },
    async find({ clientOrderId, ticker, side, sinceMs }, signal) {
      const minTs = Math.floor((sinceMs - slackMs) / 1_000)
      for await (const rows of orderPages({ ticker, minTs }, signal)) {
        const row = rows.find((one) => one['client_order_id'] === clientOrderId)
        if (row !== undefined) return parseRecord(row, side) ?? unexpected('an order')
      }
      signal?.throwIfAborted()
      return undefined
    },
    async resting(signal) {
      const found: OrderUpdate[] = []
      for await (const rows of orderPages({ status: 'resting' }, signal)) {
        for (const row of rows) {
          const order = parseOrder(row)
          found.push(typeof order === 'string' ? unexpected('an order') : order)
        }
      }
      signal?.throwIfAborted()
      return found
    },
    cancel({ orderId, ticker }) {
      const call = () => ordersApi.cancelOrderV2(orderId, none, none, ticker)
      return unlessGone(writes.once<unknown>(call, { cost: cost.cancel }), 'canceled')
    },
    async createGroup(contractsLimit, signal) {
      const call = () =>
        orderGroupsApi.createOrderGroup({ contracts_limit: contractsLimit }, abortedBy(signal))
      const body = await writes.once<unknown>(call, { cost: cost.write, signal })
      return (isFields(body) ? textOf(body['order_group_id']) : null) ?? unexpected('an order group')
    },
    deleteGroup(groupId, signal) {
      const call = () => orderGroupsApi.deleteOrderGroup(groupId, none, none, abortedBy(signal))
      return unlessGone(writes.once<unknown>(call, { cost: cost.write, signal }), 'deleted')
    },
  }
}

/** On the exchange there is one book: buying NO is asking for YES at the complement, and so is selling YES. */
function requestOf({ clientOrderId, ticker, side, action, priceE4, countE2, ...rest }: NewOrder) {
  const { restsUntilMs, groupId } = rest
  const yesE4 = side === 'yes' ? priceE4 : dollarE4 - priceE4
  return {
    ticker,
    client_order_id: clientOrderId,
    side: (side === 'yes') === (action === 'buy') ? ('bid' as const) : ('ask' as const),
    count: (countE2 / 100).toFixed(2),
    price: (yesE4 / dollarE4).toFixed(4),
    self_trade_prevention_type: 'taker_at_cross' as const,
    ...(restsUntilMs === undefined
      ? { time_in_force: 'immediate_or_cancel' as const }
      : {
          time_in_force: 'good_till_canceled' as const,
          expiration_time: Math.ceil(restsUntilMs / 1_000),
        }),
    ...(groupId !== undefined && { order_group_id: groupId }),
  }
}

/** The answer to a new order: averages a contract, prices on the YES scale. */
function parsePlaced(body: Fields, side: 'yes' | 'no'): PlacedOrder | undefined {
  const orderId = textOf(body['order_id'])
  const filledE2 = parseDecimal(body['fill_count'], 2)
  const remainingE2 = parseDecimal(body['remaining_count'], 2)
  if (orderId === null || !isCount(filledE2) || !isCount(remainingE2)) return undefined
  const yesE6 = parseDecimal(body['average_fill_price'] ?? 0, 6)
  const feeE6 = parseDecimal(body['average_fee_paid'] ?? 0, 6)
  if (Number.isNaN(yesE6 + feeE6)) return undefined
  const priceE4 = yesE6 / 100
  return {
    orderId,
    filledE2,
    remainingE2,
    averagePriceE4: filledE2 === 0 ? null : side === 'yes' ? priceE4 : dollarE4 - priceE4,
    feeE6: Math.round((feeE6 * filledE2) / 100),
  }
}

/** An order as it is listed: sums, of the outcome that it buys. */
function parseRecord(row: Fields, side: 'yes' | 'no'): PlacedOrder | undefined {
  const order = parseOrder(row)
  if (typeof order === 'string') return undefined
  const sumE6 = (...names: readonly string[]) =>
    names.reduce((sum, name) => sum + parseDecimal(row[name] ?? 0, 6), 0)
  const costE6 = sumE6('taker_fill_cost_dollars', 'maker_fill_cost_dollars')
  const feeE6 = sumE6('taker_fees_dollars', 'maker_fees_dollars')
  if (Number.isNaN(costE6 + feeE6)) return undefined
  const outcome = order.action === 'buy' ? order.side : order.side === 'yes' ? 'no' : 'yes'
  const priceE4 = costE6 / order.filled_e2
  return {
    orderId: order.order_id,
    filledE2: order.filled_e2,
    remainingE2: order.status === 'resting' ? order.remaining_e2 : 0,
    averagePriceE4: order.filled_e2 === 0 ? null : outcome === side ? priceE4 : dollarE4 - priceE4,
    feeE6,
  }
}

const isCount = (value: number): boolean => value >= 0

function abortedBy(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal }
}

async function unlessGone<Done>(work: Promise<unknown>, done: Done): Promise<Done | 'gone'> {
  try {
    await work
    return done
  } catch (error) {
    if (error instanceof KalshiApiError && error.status === 404) return 'gone'
    throw error
  }
}

function unexpected(what: string): never {
  const message = `The exchange answered with something else than ${what}`
  throw new KalshiApiError(200, { code: 'unexpected_body', message, details: null })
}
