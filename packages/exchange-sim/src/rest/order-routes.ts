import { type Request, type RequestHandler, Router } from 'express'
import type { OrderDesk } from '../accounts/order-desk.ts'
import type { OrderRecord } from '../accounts/order-record.ts'
import { OrderRefusal } from '../accounts/order-refusal.ts'
import { formatCount, formatDollars } from '../venue/units.ts'
import { callerOf } from './caller.ts'
import type { OrderJournal } from './order-journal.ts'
import { parseAmendment, parseDecrease, parseTicket } from './order-requests.ts'
import { RequestBody } from './request-body.ts'
import { codeOf, RequestError, refusalBody } from './request-error.ts'

type OrderRouteDeps = {
  /** Where orders go; a recording takes none. */
  readonly desk: OrderDesk | undefined
  readonly journal: OrderJournal
  readonly clock: () => number
}

/** Everything that places, changes or cancels orders. */
export function orderRoutes({ desk, journal, clock }: OrderRouteDeps): Router {
  const routes = Router()
  const openDesk = (): OrderDesk => {
    if (!desk) throw new OrderRefusal(409, 'trading_is_inactive', 'a recording cannot be traded on')
    return desk
  }
  /** Runs one order after the other; what is wrong with one is told in its place and stops none of the others. */
  const each = (request: Request, act: (item: unknown) => { order: OrderRecord; body: object }) =>
    new RequestBody(request.body).items('orders').map((item) => {
      try {
        const { order, body } = act(item)
        journal.accepted(request, request.method === 'POST' ? 201 : 200, noted(order))
        return body
      } catch (error) {
        const { status, body } = refusalOf(error)
        const { ticker, order_id: orderId, client_order_id: clientOrderId } = textsOf(item)
        journal.refused(request, { status, code: codeOf(body), noted: { ticker, orderId, clientOrderId } })
        return {
          ...(orderId !== undefined && { order_id: orderId }),
          ...(clientOrderId !== undefined && { client_order_id: clientOrderId }),
          ...(request.method === 'DELETE' && { reduced_by: formatCount(0) }),
          error: errorOf(body),
        }
      }
    })

  routes.post('/portfolio/events/orders', (request, response) => {
    const order = openDesk().place(callerOf(request), parseTicket(request.body, clock()))
    journal.accepted(request, 201, noted(order))
    response.status(201).json(placedBody(order))
  })

  routes.post('/portfolio/events/orders/batched', (request, response) => {
    const account = callerOf(request)
    const orders = each(request, (item) => {
      const order = openDesk().place(account, parseTicket(item, clock()))
      return { order, body: placedBody(order) }
    })
    response.status(201).json({ orders })
  })

  routes.delete('/portfolio/events/orders/batched', (request, response) => {
    const account = callerOf(request)
    const orders = each(request, (item) => {
      const body = new RequestBody(item)
      body.checkRouting()
      const { order, canceledE2 } = openDesk().cancel(account, body.requiredText('order_id'))
      return { order, body: canceledBody(order, canceledE2) }
    })
    response.json({ orders })
  })

  routes.delete('/portfolio/events/orders', (request, response) => {
    openDesk().cancelAll(callerOf(request))
    journal.accepted(request, 204, {})
    response.status(204).end()
  })

  routes.delete('/portfolio/events/orders/:id', (request, response) => {
    const { order, canceledE2 } = openDesk().cancel(callerOf(request), request.params.id)
    journal.accepted(request, 200, noted(order))
    response.json(canceledBody(order, canceledE2))
  })

  routes.post('/portfolio/events/orders/:id/amend', (request, response) => {
    const order = openDesk().amend(callerOf(request), request.params.id, parseAmendment(request.body))
    journal.accepted(request, 200, noted(order))
    response.json(placedBody(order))
  })

  routes.post('/portfolio/events/orders/:id/decrease', (request, response) => {
    const order = openDesk().decrease(callerOf(request), request.params.id, parseDecrease(request.body))
    journal.accepted(request, 200, noted(order))
    response.json({
      ...idsOf(order),
      remaining_count: formatCount(order.remainingE2),
      ts_ms: order.updatedMs,
    })
  })

  routes.post(['/portfolio/orders', '/portfolio/orders/*rest'], gone)
  routes.delete(['/portfolio/orders', '/portfolio/orders/*rest'], gone)
  return routes
}

const gone: RequestHandler = () => {
  throw new OrderRefusal(410, 'deprecated_v1_order_endpoint')
}

function refusalOf(error: unknown): RequestError {
  if (error instanceof RequestError) return error
  if (error instanceof OrderRefusal) return new RequestError(error.status, refusalBody(error))
  throw error
}

/** The error of one order of a batch stands by itself, without the envelope of a whole reply. */
function errorOf(body: object): unknown {
  return 'error' in body ? body.error : body
}

function placedBody(order: OrderRecord) {
  return {
    ...idsOf(order),
    fill_count: formatCount(order.filledE2),
    remaining_count: formatCount(order.remainingE2),
    ...(order.filledE2 > 0 && averages(order)),
    ts_ms: order.updatedMs,
  }
}

function canceledBody(order: OrderRecord, canceledE2: number) {
  return { ...idsOf(order), reduced_by: formatCount(canceledE2), ts_ms: order.updatedMs }
}

function idsOf({ id, clientOrderId }: OrderRecord) {
  return { order_id: id, ...(clientOrderId !== undefined && { client_order_id: clientOrderId }) }
}

/** Per contract, the price on the YES scale. */
function averages(order: OrderRecord) {
  const perContract = (amountE6: number) => Math.round((amountE6 * 100) / order.filledE2)
  const paidE6 = perContract(order.takerCostE6 + order.makerCostE6)
  return {
    average_fill_price: formatDollars(order.side === 'yes' ? paidE6 : 1_000_000 - paidE6),
    average_fee_paid: formatDollars(perContract(order.takerFeesE6 + order.makerFeesE6)),
  }
}

function noted({ id, ticker, clientOrderId }: OrderRecord) {
  return { orderId: id, ticker, clientOrderId }
}

function textsOf(item: unknown): Record<string, string | undefined> {
  const fields: Record<string, unknown> = { ...Object(item) }
  return Object.fromEntries(
    ['ticker', 'order_id', 'client_order_id'].map((name) => {
      const value = fields[name]
      return [name, typeof value === 'string' ? value : undefined]
    }),
  )
}
