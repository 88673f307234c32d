import type { AccountPosition, Settlement } from '@whalecast/events'
import type { SocketTime } from '@whalecast/socket'
import type { OrdersApi, PortfolioApi } from 'kalshi-typescript'
import { KalshiApiError } from '../api-error.ts'
import { isFields, type Fields } from '../fields.ts'
import type { AccountFill, InvalidReason, OrderUpdate } from '../frames.ts'
import { parseBalance, parseFill, parseOrder, parsePosition, parseSettlement } from '../parse-account.ts'
import { pages } from './pages.ts'
import type { Requests } from './requests.ts'

/**
 * Reads of the account behind the key. They may lag a second behind what the exchange has done. A key without the
 * right to read them is refused with status 403.
 */
export type PortfolioReads = {
  /** Cash that can be spent, in 1e-6 dollars. */
  balance(signal?: AbortSignal): Promise<number>
  /** Markets that are not settled and in which something is held. */
  positions(signal?: AbortSignal): Promise<AccountPosition[]>
  /** Orders in the book. */
  restingOrders(signal?: AbortSignal): Promise<OrderUpdate[]>
  /** Matches since a time in Unix seconds, newest first. */
  fillPages(minTs: number | undefined, signal?: AbortSignal): AsyncIterable<AccountFill[]>
  /** What markets have paid since a time in Unix seconds, newest first. */
  settlementPages(minTs: number | undefined, signal?: AbortSignal): AsyncIterable<Settlement[]>
}

export type PortfolioRow = 'position' | 'order' | 'fill' | 'settlement'

export type PortfolioOptions = {
  readonly portfolioApi: PortfolioApi
  readonly ordersApi: OrdersApi
  readonly requests: Requests
  readonly time: SocketTime
  readonly onDropped: ((what: PortfolioRow, reason: InvalidReason) => void) | undefined
}

/** A page size that every list of the account takes. */
const pageSize = 100

/** Reads of the account, over the given APIs. */
export function connectPortfolio(options: PortfolioOptions): PortfolioReads {
  const { portfolioApi, ordersApi, requests, time, onDropped } = options
  const configOf = (signal?: AbortSignal) => (signal === undefined ? {} : { signal })
  const none = undefined

  type List<Row> = {
    readonly what: PortfolioRow
    readonly field: string
    readonly call: (cursor: string | undefined) => Promise<{ readonly data: unknown }>
    readonly parse: (row: Fields) => Row | InvalidReason
    readonly signal: AbortSignal | undefined
  }
  const list = <Row extends object>({ what, field, call, parse, signal }: List<Row>) =>
    pages({ read: (cursor) => requests.read<unknown>(() => call(cursor), signal), field, signal }, (row) => {
      const parsed = isFields(row) ? parse(row) : 'not_an_object'
      if (typeof parsed !== 'string') return parsed
      onDropped?.(what, parsed)
      return undefined
    })

  return {
    async balance(signal) {
      const body = await requests.read<unknown>(
        () => portfolioApi.getBalance(none, none, configOf(signal)),
        signal,
      )
      const balance = isFields(body) ? parseBalance(body) : undefined
      if (balance !== undefined) return balance
      const message = 'The exchange sent no balance'
      throw new KalshiApiError(200, { code: 'unexpected_body', message, details: null })
    },
    async positions(signal) {
      const rows = list({
        what: 'position',
        field: 'market_positions',
        call: (cursor) =>
          portfolioApi.getPositions(cursor, pageSize, 'position', none, none, none, none, configOf(signal)),
        parse: (row) => parsePosition(row, time.now()),
        signal,
      })
      return (await all(rows, signal)).filter(({ position_e2 }) => position_e2 !== 0)
    },
    restingOrders(signal) {
      const call = (cursor: string | undefined) => {
        const from = [none, none, none, none, 'resting', pageSize, cursor] as const
        return ordersApi.getOrders(...from, none, none, configOf(signal))
      }
      return all(list({ what: 'order', field: 'orders', call, parse: parseOrder, signal }), signal)
    },
    fillPages(minTs, signal) {
      const call = (cursor: string | undefined) => {
        const from = [none, none, minTs, none, pageSize, cursor] as const
        return portfolioApi.getFills(...from, none, none, configOf(signal))
      }
      return list({ what: 'fill', field: 'fills', call, parse: parseFill, signal })
    },
    settlementPages(minTs, signal) {
      const call = (cursor: string | undefined) =>
        portfolioApi.getSettlements(pageSize, cursor, none, none, minTs, none, none, configOf(signal))
      return list({ what: 'settlement', field: 'settlements', call, parse: parseSettlement, signal })
    },
  }
}

/** Rejects when the signal aborts: half a list must not be taken for the whole. */
async function all<Row>(rows: AsyncIterable<Row[]>, signal: AbortSignal | undefined): Promise<Row[]> {
  const found: Row[] = []
  for await (const page of rows) found.push(...page)
  signal?.throwIfAborted()
  return found
}
