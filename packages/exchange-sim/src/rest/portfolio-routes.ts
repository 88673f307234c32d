import { type Request, Router } from 'express'
import type { Accounts } from '../accounts/accounts.ts'
import type { Position } from '../accounts/position.ts'
import { portfolioValueE6 } from '../accounts/portfolio-value.ts'
import type { Venue } from '../venue/venue.ts'
import { formatDollars, formatInstant } from '../venue/units.ts'
import { callerOf } from './caller.ts'
import {
  centsOf,
  eventPositionBody,
  fillBody,
  orderBody,
  positionBody,
  settlementBody,
  transferBody,
} from './portfolio-bodies.ts'
import { pageBack, pageOf, Query } from './query.ts'
import { notFound } from './request-error.ts'

type PortfolioDeps = { readonly venue: () => Venue; readonly accounts: Accounts }

/** What an account may read of itself: as it stands, or as it stood a lag ago. */
export function portfolioRoutes({ venue, accounts }: PortfolioDeps): Router {
  const routes = Router()

  routes.get('/exchange/user_data_timestamp', (_request, response) => {
    response.json({ as_of_time: formatInstant(accounts.asOfMs) })
  })

  routes.get('/portfolio/balance', (request, response) => {
    const { cashE6, reservedE6, positions, updatedMs } = callerOf(request).view()
    const balanceE6 = cashE6 - reservedE6
    response.json({
      balance: centsOf(balanceE6),
      balance_dollars: formatDollars(balanceE6),
      portfolio_value: centsOf(portfolioValueE6(positions, venue())),
      updated_ts: Math.floor(updatedMs / 1_000),
      balance_breakdown: [{ exchange_index: 0, balance: formatDollars(balanceE6) }],
    })
  })

  routes.get('/portfolio/summary/total_resting_order_value', (request, response) => {
    const { reservedE6 } = callerOf(request).view()
    response.json({
      total_resting_order_value: centsOf(reservedE6),
      resting_order_value_breakdown: [{ exchange_index: 0, balance: formatDollars(reservedE6) }],
    })
  })

  routes.get('/portfolio/positions', (request, response) => {
    const query = new Query(request.query)
    const { positions } = callerOf(request).view()
    const page = pageOf(positions, {
      after: query.cursor(),
      limit: query.limit(100, 1_000),
      position: ({ number }) => number,
      wanted: positionFilter(query),
    })
    const events = new Set(page.items.map(({ eventTicker }) => eventTicker))
    response.json({
      market_positions: page.items.map(positionBody),
      event_positions: [...events].map((event) => {
        const ofEvent = page.items.filter(({ eventTicker }) => eventTicker === event)
        return eventPositionBody(event, ofEvent)
      }),
      cursor: page.cursor,
    })
  })

  routes.get('/portfolio/orders', (request, response) => {
    const { query, page, isBetween } = listing(request)
    const ticker = query.text('ticker')
    const events = query.list('event_ticker')
    const status = query.choice('status', ['resting', 'canceled', 'executed'])
    const account = callerOf(request)
    const { items, cursor } = pageBack(account.view().orders, {
      ...page,
      wanted: (order) =>
        (ticker === undefined || order.ticker === ticker) &&
        (status === undefined || order.status === status) &&
        (events === undefined || events.includes(eventOf(venue(), order.ticker))) &&
        isBetween(order.createdMs),
    })
    response.json({ orders: items.map((order) => orderBody(order, account.userId)), cursor })
  })

  routes.get('/portfolio/orders/:id', (request, response) => {
    const account = callerOf(request)
    const order = account.view().orders.find(({ id }) => id === request.params.id)
    if (!order) throw notFound()
    response.json({ order: orderBody(order, account.userId) })
  })

  routes.get('/portfolio/fills', (request, response) => {
    const { query, page, isBetween } = listing(request)
    const ticker = query.text('ticker')
    const orderId = query.text('order_id')
    const { items, cursor } = pageBack(callerOf(request).view().fills, {
      ...page,
      wanted: (fill) =>
        (ticker === undefined || fill.ticker === ticker) &&
        (orderId === undefined || fill.orderId === orderId) &&
        isBetween(fill.tsMs),
    })
    response.json({ fills: items.map(fillBody), cursor })
  })

  routes.get('/portfolio/settlements', (request, response) => {
    const { query, page, isBetween } = listing(request)
    const ticker = query.text('ticker')
    const eventTicker = query.text('event_ticker')
    const { items, cursor } = pageBack(callerOf(request).view().settlements, {
      ...page,
      wanted: (settlement) =>
        (ticker === undefined || settlement.ticker === ticker) &&
        (eventTicker === undefined || settlement.eventTicker === eventTicker) &&
        isBetween(settlement.tsMs),
    })
    response.json({ settlements: items.map(settlementBody), cursor })
  })

  for (const [name, sign] of [
    ['deposits', 1],
    ['withdrawals', -1],
  ] as const) {
    routes.get(`/portfolio/${name}`, (request, response) => {
      const { page } = listing(request)
      const { items, cursor } = pageBack(callerOf(request).view().transfers, {
        ...page,
        wanted: ({ amountE6 }) => amountE6 * sign > 0,
      })
      response.json({ [name]: items.map(transferBody), cursor })
    })
  }

  return routes
}

/** What the listings have in common: a page, newest first, and bounds in time. */
function listing(request: Request) {
  const query = new Query(request.query)
  const minMs = query.secondsAsMs('min_ts') ?? -Infinity
  const maxMs = query.secondsAsMs('max_ts') ?? Infinity
  return {
    query,
    page: { before: query.cursor(), limit: query.limit(100, 1_000) },
    isBetween: (ms: number) => ms >= minMs && ms <= maxMs,
  }
}

function positionFilter(query: Query): (position: Position) => boolean {
  const ticker = query.text('ticker')
  const eventTicker = query.text('event_ticker')
  const settlement = query.choice('settlement_status', ['all', 'settled', 'unsettled']) ?? 'unsettled'
  const counts = query.list('count_filter') ?? []
  return (position) =>
    (ticker === undefined || position.ticker === ticker) &&
    (eventTicker === undefined || position.eventTicker === eventTicker) &&
    (settlement === 'all' || position.settled === (settlement === 'settled')) &&
    (!counts.includes('position') || position.countE2 !== 0) &&
    (!counts.includes('total_traded') || position.tradedE6 !== 0)
}

/** The event of a market that is listed; an order outlives the listing of its market. */
function eventOf(venue: Venue, ticker: string): string {
  return venue.markets.get(ticker)?.listing.eventTicker ?? ''
}
