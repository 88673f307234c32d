import { Router } from 'express'
import type { Market, MarketStatus } from '../venue/market.ts'
import type { Venue } from '../venue/venue.ts'
import { marketBody, orderBookBody, tradeBody } from './bodies.ts'
import { cursorAt, pageOf, Query } from './query.ts'
import { badFilter, badParameter, notFound } from './request-error.ts'

/** The market statuses behind each value of the status filter: they are not the same words. */
const statusesBehind: Record<StatusFilter, readonly MarketStatus[]> = {
  unopened: ['initialized'],
  open: ['active'],
  paused: ['inactive'],
  closed: ['closed', 'determined'],
  settled: ['finalized'],
}

const statusFilters = ['unopened', 'open', 'paused', 'closed', 'settled'] as const
export type StatusFilter = (typeof statusFilters)[number]

export function hasStatus(market: Market, filter: StatusFilter): boolean {
  return statusesBehind[filter].includes(market.status)
}

/** Time filters of GET /markets, the status filters each may come with, and the instant it looks at. */
const timeFilters: readonly {
  readonly name: string
  readonly with: readonly (StatusFilter | undefined)[]
  readonly at: (market: Market) => number | undefined
}[] = [
  { name: 'created', with: ['unopened', 'open', undefined], at: ({ listing }) => listing.createdMs },
  { name: 'close', with: ['closed', undefined], at: ({ closeMs }) => closeMs },
  { name: 'settled', with: ['settled', undefined], at: ({ settledMs }) => settledMs },
  { name: 'updated', with: [undefined], at: ({ updatedMs }) => updatedMs },
]

/** GET /markets and everything below it. */
export function marketRoutes(venueNow: () => Venue): Router {
  const routes = Router()

  routes.get('/markets', (request, response) => {
    const query = new Query(request.query)
    const venue = venueNow()
    const page = pageOf(venue.markets.values(), {
      after: query.cursor(),
      limit: query.limit(100, 1_000),
      position: ({ ordinal }) => ordinal,
      wanted: marketFilter(query, venue),
    })
    response.json({
      markets: page.items.map((market) => marketBody(market, venue.now())),
      cursor: page.cursor,
    })
  })

  routes.get('/markets/trades', (request, response) => {
    const query = new Query(request.query)
    const { trades, more } = venueNow().history.page({
      ticker: query.text('ticker'),
      minMs: query.secondsAsMs('min_ts'),
      maxMs: query.secondsAsMs('max_ts'),
      isBlock: query.optionalFlag('is_block_trade'),
      beforeNumber: query.cursor(),
      limit: query.limit(100, 1_000),
    })
    response.json({
      trades: trades.map(tradeBody),
      cursor: cursorAt(more ? trades.at(-1)?.number : undefined),
    })
  })

  routes.get('/markets/orderbooks', (request, response) => {
    const tickers = new Query(request.query).repeated('tickers')
    if (tickers.length < 1 || tickers.length > 100) throw badParameter('tickers must name 1 to 100 markets')
    const { markets } = venueNow()
    const found = tickers.flatMap((ticker) => markets.get(ticker) ?? [])
    response.json({
      orderbooks: found.map((market) => ({ ticker: market.ticker, orderbook_fp: orderBookBody(market, 0) })),
    })
  })

  routes.get('/markets/:ticker', (request, response) => {
    const venue = venueNow()
    response.json({ market: marketBody(marketAt(venue, request.params.ticker), venue.now()) })
  })

  routes.get('/markets/:ticker/orderbook', (request, response) => {
    const market = marketAt(venueNow(), request.params.ticker)
    const depth = new Query(request.query).integer('depth') ?? 0
    if (depth < 0 || depth > 100) throw badParameter('depth must be between 0 and 100')
    response.json({ orderbook_fp: orderBookBody(market, depth) })
  })

  return routes
}

function marketAt(venue: Venue, ticker: string): Market {
  const market = venue.markets.get(ticker)
  if (!market) throw notFound()
  return market
}

function marketFilter(query: Query, venue: Venue): (market: Market) => boolean {
  const status = query.choice('status', statusFilters)
  const eventTicker = query.text('event_ticker')
  const seriesTicker = query.text('series_ticker')
  const tickers = query.list('tickers')
  const combos = query.choice('mve_filter', ['only', 'exclude'])
  const times = timeFilters.flatMap(({ name, with: statuses, at }) => {
    const minMs = query.secondsAsMs(`min_${name}_ts`)
    const maxMs = query.secondsAsMs(`max_${name}_ts`)
    if (minMs === undefined && maxMs === undefined) return []
    if (!statuses.includes(status)) throw badFilter(`${name} timestamps do not go with status ${status}`)
    return [(market: Market) => isBetween(at(market), minMs, maxMs)]
  })
  return (market) =>
    (status === undefined || hasStatus(market, status)) &&
    (eventTicker === undefined || market.listing.eventTicker === eventTicker) &&
    (seriesTicker === undefined ||
      venue.events.get(market.listing.eventTicker)?.seriesTicker === seriesTicker) &&
    (tickers === undefined || tickers.includes(market.ticker)) &&
    combos !== 'only' &&
    times.every((isInside) => isInside(market))
}

function isBetween(atMs: number | undefined, minMs = -Infinity, maxMs = Infinity): boolean {
  return atMs !== undefined && atMs >= minMs && atMs <= maxMs
}
