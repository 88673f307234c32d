import { Router } from 'express'
import type { ListedEvent } from '../venue/listing.ts'
import type { Venue } from '../venue/venue.ts'
import { eventBody, marketBody, seriesBody } from './bodies.ts'
import { hasStatus, type StatusFilter } from './market-routes.ts'
import { pageOf, Query } from './query.ts'
import { notFound } from './request-error.ts'

const eventStatuses = ['unopened', 'open', 'closed', 'settled'] as const satisfies readonly StatusFilter[]

/** GET /events, /series and what is below them. */
export function eventRoutes(venueNow: () => Venue): Router {
  const routes = Router()

  routes.get('/events', (request, response) => {
    const query = new Query(request.query)
    const venue = venueNow()
    const nested = query.flag('with_nested_markets')
    const page = pageOf(venue.events.values(), {
      after: query.cursor(),
      limit: query.limit(200, 200),
      // Events come with their markets, so the first market's place in the listing is the event's.
      position: ({ ticker }) => venue.marketsOf(ticker)[0]?.ordinal ?? 0,
      wanted: eventFilter(query, venue),
    })
    const events = page.items.map((event) =>
      nested ? { ...eventBody(event), markets: marketBodies(venue, event) } : eventBody(event),
    )
    response.json({ events, cursor: page.cursor })
  })

  routes.get('/events/:ticker', (request, response) => {
    const venue = venueNow()
    const event = venue.events.get(request.params.ticker)
    if (!event) throw notFound()
    const markets = marketBodies(venue, event)
    const nested = new Query(request.query).flag('with_nested_markets')
    response.json(nested ? { event: { ...eventBody(event), markets } } : { event: eventBody(event), markets })
  })

  routes.get('/series', (request, response) => {
    const query = new Query(request.query)
    const category = query.text('category')
    const tags = query.list('tags')
    const venue = venueNow()
    const volumes = query.flag('include_volume') ? volumeBySeries(venue) : undefined
    const wanted = [...venue.series.values()].filter(
      (series) =>
        (category === undefined || series.category === category) &&
        (tags === undefined || tags.some((tag) => series.tags.includes(tag))),
    )
    response.json({
      series: wanted.map((series) => seriesBody(series, volumes && (volumes.get(series.ticker) ?? 0))),
    })
  })

  routes.get('/series/:ticker', (request, response) => {
    const venue = venueNow()
    const series = venue.series.get(request.params.ticker)
    if (!series) throw notFound()
    const volumes = new Query(request.query).flag('include_volume') ? volumeBySeries(venue) : undefined
    response.json({ series: seriesBody(series, volumes && (volumes.get(series.ticker) ?? 0)) })
  })

  return routes
}

function marketBodies(venue: Venue, event: ListedEvent) {
  return venue.marketsOf(event.ticker).map((market) => marketBody(market, venue.now()))
}

function eventFilter(query: Query, venue: Venue): (event: ListedEvent) => boolean {
  const status = query.choice('status', eventStatuses)
  const seriesTicker = query.text('series_ticker')
  const tickers = query.list('tickers')
  const minCloseMs = query.secondsAsMs('min_close_ts')
  const minUpdatedMs = query.secondsAsMs('min_updated_ts')
  return (event) =>
    (seriesTicker === undefined || event.seriesTicker === seriesTicker) &&
    (tickers === undefined || tickers.includes(event.ticker)) &&
    (minUpdatedMs === undefined || event.updatedMs >= minUpdatedMs) &&
    (minCloseMs === undefined ||
      venue.marketsOf(event.ticker).some(({ closeMs }) => closeMs >= minCloseMs)) &&
    (status === undefined || venue.marketsOf(event.ticker).some((market) => hasStatus(market, status)))
}

function volumeBySeries(venue: Venue): Map<string, number> {
  const volumes = new Map<string, number>()
  for (const event of venue.events.values()) {
    const volumeE2 = venue.marketsOf(event.ticker).reduce((sum, market) => sum + market.volumeE2, 0)
    volumes.set(event.seriesTicker, (volumes.get(event.seriesTicker) ?? 0) + volumeE2)
  }
  return volumes
}
