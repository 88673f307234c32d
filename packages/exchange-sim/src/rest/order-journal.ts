import type { Request } from 'express'
import type { OrderAction, OrderLog } from '../accounts/order-log.ts'
import { claimedKeyId } from '../auth/verify-request.ts'
import { callerIfSigned } from './caller.ts'

/** What is to be noted of an order besides the request it came in. */
type Noted = {
  readonly ticker?: string | undefined
  readonly orderId?: string | undefined
  readonly clientOrderId?: string | undefined
}

/** Longest text of a client's that is kept. */
const longestText = 100

/** Writes every order request into the order log: also those that get no further than the door. */
export class OrderJournal {
  readonly #log: OrderLog
  readonly #clock: () => number

  constructor(log: OrderLog, clock: () => number) {
    this.#log = log
    this.#clock = clock
  }

  accepted(request: Request, status: number, noted: Noted): void {
    this.#add(request, { status, code: null, noted })
  }

  /** Notes a refusal; a request that has nothing to do with orders is none. */
  refused(request: Request, answer: { status: number; code: string; noted?: Noted }): void {
    const body: unknown = request.body
    const { ticker, client_order_id: clientOrderId }: Record<string, unknown> = { ...Object(body) }
    const [, orderId] = /\/orders\/([^/?]+)/.exec(request.originalUrl) ?? []
    const fromRequest = {
      ticker: textOf(ticker),
      clientOrderId: textOf(clientOrderId),
      orderId: orderId === 'batched' ? undefined : orderId,
    }
    this.#add(request, { ...answer, noted: answer.noted ?? fromRequest })
  }

  #add(
    request: Request,
    { status, code, noted }: { status: number; code: string | null; noted: Noted },
  ): void {
    const action = orderActionOf(request)
    if (action === undefined) return
    this.#log.add({
      received_at_ms: this.#clock(),
      action,
      key_id: clipped(claimedKeyId(request.headers)),
      account: callerIfSigned(request)?.id ?? null,
      ticker: clipped(noted.ticker),
      order_id: clipped(noted.orderId),
      client_order_id: clipped(noted.clientOrderId),
      accepted: code === null,
      status,
      code,
    })
  }
}

/** What a request wants of the order book; `undefined` when nothing. */
function orderActionOf({ method, originalUrl }: Request): OrderAction | undefined {
  const [path = ''] = originalUrl.split('?')
  if (method === 'GET') return undefined
  if (/\/portfolio\/orders(\/|$)/.test(path)) return 'legacy'
  const [, rest] = /\/portfolio\/events\/orders(\/.*)?$/.exec(path) ?? [undefined, undefined]
  if (!/\/portfolio\/events\/orders(\/|$)/.test(path)) return undefined
  if (rest === '/batched') return method === 'DELETE' ? 'cancel_batch' : 'create_batch'
  if (method === 'DELETE') return rest === undefined ? 'cancel_all' : 'cancel'
  if (rest?.endsWith('/amend')) return 'amend'
  return rest?.endsWith('/decrease') ? 'decrease' : 'create'
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function clipped(text: string | undefined): string | null {
  return text === undefined ? null : text.slice(0, longestText)
}
