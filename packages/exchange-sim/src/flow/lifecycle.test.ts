import { describe, expect, test } from '@jest/globals'
import { Catalogue } from '../catalogue/catalogue.ts'
import { Venue } from '../venue/venue.ts'
import type { VenueEvent } from '../venue/venue-events.ts'
import { Flow } from './flow.ts'
import { Lifecycle, standardTiming } from './lifecycle.ts'
import { Random } from './random.ts'

function openExchange() {
  let nowMs = Date.UTC(2026, 10, 9, 12, 1)
  const random = new Random(9)
  const venue = new Venue({ clock: () => nowMs, newId: () => '', history: { maxTrades: 10, windowMs: 1 } })
  const catalogue = new Catalogue(venue, random.fork())
  const flow = new Flow(venue, random.fork())
  flow.setEvents(catalogue.open(40))
  for (const event of flow.events) flow.quoteAll(event)
  const timing = { ...standardTiming, settledKept: 3 }
  const lifecycle = new Lifecycle({ venue, catalogue, flow, random: random.fork() }, timing)
  const told: VenueEvent[] = []
  venue.listen((event) => told.push(event))
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed += 500) {
      nowMs += 500
      lifecycle.tick()
    }
  }
  return { venue, flow, told, pass }
}

const steps = (told: readonly VenueEvent[], ticker?: string) =>
  told.flatMap((event) =>
    event.type === 'lifecycle' && (ticker === undefined || event.market.ticker === ticker)
      ? [event.step]
      : [],
  )

describe('lifecycle', () => {
  test('an event that ends is announced, closes silently with an empty book, is determined and settled', () => {
    const { told, pass, venue } = openExchange()
    pass(standardTiming.endEveryMs)
    const ending = told.flatMap((event) =>
      event.type === 'lifecycle' && event.step === 'close_date_updated' ? [event.market] : [],
    )
    const [market] = ending
    if (!market) throw new Error('nothing ended')
    expect(ending).toEqual(venue.marketsOf(market.listing.eventTicker))
    expect(market.status).toBe('active')
    pass(standardTiming.noticeMs)
    expect([market.status, market.book.orders, market.quote().askE4]).toEqual(['closed', 0, 10_000])
    pass(standardTiming.determineAfterMs)
    expect(market.status).toBe('determined')
    expect(market.result).toMatch(/yes|no/)
    pass(standardTiming.settleAfterMs)
    expect(market.status).toBe('finalized')
    expect(steps(told, market.ticker)).toEqual(['close_date_updated', 'determined', 'settled'])
  })

  test('of outcomes that exclude each other one at most comes true', () => {
    const { pass, venue } = openExchange()
    pass(600_000)
    const settled = [...venue.events.values()].filter(({ ticker, exclusive }) => {
      return exclusive && venue.marketsOf(ticker).every(({ status }) => status === 'finalized')
    })
    expect(settled.length).toBeGreaterThan(0)
    for (const { ticker } of settled) {
      expect(venue.marketsOf(ticker).filter(({ result }) => result === 'yes').length).toBeLessThanOrEqual(1)
    }
  })

  test('new events replace those that ended: announced, then open without a word; memory stays bounded', () => {
    const { told, pass, venue, flow } = openExchange()
    pass(1_800_000)
    expect(steps(told).filter((step) => step === 'created').length).toBeGreaterThan(10)
    const created = told.flatMap((event) =>
      event.type === 'lifecycle' && event.step === 'created' ? [event.market.ticker] : [],
    )
    const living = created.filter((ticker) => venue.markets.get(ticker)?.status === 'active')
    expect(living.length).toBeGreaterThan(0)
    expect(venue.markets.get(living[0] ?? '')?.book.orders).toBeGreaterThan(0)
    const open = [...venue.markets.values()].filter(
      ({ status }) => status !== 'finalized' && status !== 'closed' && status !== 'determined',
    )
    expect(open).toHaveLength(40)
    expect(venue.events.size).toBeLessThan(flow.events.length + 20)
  })

  test('a paused market announces it, takes no orders, and resumes with fresh quotes', () => {
    const { told, pass, venue } = openExchange()
    pass(standardTiming.pauseEveryMs)
    const paused = told.find((event) => event.type === 'lifecycle' && event.step === 'deactivated')
    if (paused?.type !== 'lifecycle') throw new Error('nothing was paused')
    const { ticker } = paused.market
    const order = { ticker, side: 'yes', priceE4: 100, countE2: 100, rests: true } as const
    expect(() => venue.place(order)).toThrow('inactive')
    pass(standardTiming.pauseMs)
    expect(steps(told, ticker)).toEqual(['deactivated', 'activated'])
    expect(venue.market(ticker).book.orders).toBeGreaterThan(0)
    expect(() => venue.place(order)).not.toThrow()
  })
})
