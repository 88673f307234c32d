import express, { type RequestHandler, type Response, Router } from 'express'
import type { ExchangeSim } from '../exchange-sim.ts'
import type { ManualOrder } from '../manual-desk.ts'
import { VenueError } from '../venue/venue.ts'

/**
 * Lets another process trade at the exchange, move money, cut clients and see what was ordered:
 * POST /print, /place, /deposit, /disconnect; GET /orders, /accounts.
 */
export function adminRoutes(sim: ExchangeSim): Router {
  const routes = Router()
  routes.use(refuseBrowsers, express.json())
  routes.post(
    '/print',
    withOrder((order) => ({ trade: sim.printTrade(order) })),
  )
  routes.post(
    '/place',
    withOrder((order) => sim.place(order)),
  )
  routes.post('/deposit', (request, response) => {
    const { cents, account }: Readonly<Record<string, unknown>> = { ...Object(request.body) }
    if (typeof cents !== 'number' || (account !== undefined && typeof account !== 'string')) {
      response.status(400).json({ error: 'body must be {"cents", "account"?} in JSON' })
      return
    }
    answerOrRefuse(response, () => sim.deposit(cents, account))
  })
  routes.get('/orders', (_request, response) => {
    response.json({ ...sim.stats().orders, orders: sim.orders() })
  })
  routes.get('/accounts', (_request, response) => {
    response.json({ accounts: sim.accounts() })
  })
  routes.post('/disconnect', (_request, response) => {
    const { open } = sim.stats().connections
    sim.disconnectAll()
    response.json({ disconnected: open })
  })
  return routes
}

/** Any web page can post to a loopback port; only a browser sends an Origin, and none has business here. */
const refuseBrowsers: RequestHandler = (request, response, next) => {
  if (request.headers.origin === undefined) return next()
  response.status(403).json({ error: 'not for browsers' })
}

function withOrder(act: (order: ManualOrder) => object): RequestHandler {
  return (request, response) => {
    const order = parseOrder(request.body)
    if (!order) {
      response
        .status(400)
        .json({ error: 'body must be {"market", "side": "yes"|"no", "price", "count"} in JSON' })
      return
    }
    answerOrRefuse(response, () => act(order))
  }
}

function answerOrRefuse(response: Response, act: () => object): void {
  try {
    response.json(act())
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
    response.status(409).json({ error: error.message })
  }
}

function parseOrder(body: unknown): ManualOrder | undefined {
  const { market, side, price, count }: Readonly<Record<string, unknown>> = { ...Object(body) }
  if (typeof market !== 'string' || (side !== 'yes' && side !== 'no')) return undefined
  if (!isAmount(price) || !isAmount(count)) return undefined
  return { market, side, price, count }
}

function isAmount(value: unknown): value is number | string {
  return typeof value === 'number' || typeof value === 'string'
}
