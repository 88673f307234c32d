import { beforeEach, describe, expect, test } from '@jest/globals'
import { PriceGrid } from './price-grid.ts'
import { Venue, VenueError } from './venue.ts'
import type { VenueEvent } from './venue-events.ts'

const ticker = 'KXTEST-26NOV09-A'
let venue: Venue
let told: VenueEvent[]
let nowMs: number

beforeEach(() => {
  nowMs = 1_000
  let ids = 0
  venue = new Venue({
    clock: () => nowMs,
    newId: () => `trade-${(ids += 1)}`,
    history: { maxTrades: 1_000, windowMs: Infinity },
  })
  venue.addEvent(
    {
      ticker: 'KXTEST-26NOV09',
      seriesTicker: 'KXTEST',
      title: '',
      subTitle: '',
      category: '',
      exclusive: true,
      updatedMs: 0,
    },
    { announced: false },
  )
  const market = venue.addMarket(
    {
      ticker,
      marketId: 'm',
      eventTicker: 'KXTEST-26NOV09',
      title: '',
      yesSubTitle: '',
      rules: '',
      grid: new PriceGrid('linear_cent'),
      strike: undefined,
      createdMs: 0,
      openMs: 0,
      closeMs: 10_000,
      expectedExpirationMs: 10_000,
      settlementTimerS: 1,
      history: { lastPriceE4: 0, volumeE2: 0, openInterestE2: 0 },
    },
    { announced: false },
  )
  market.status = 'active'
  told = []
  venue.listen((event) => told.push(event))
})

const summary = () =>
  told.map((event) => {
    if (event.type === 'trade') return `trade ${event.trade.countE2}@${event.trade.yesPriceE4}`
    return event.type === 'book' ? `book ${event.side} ${event.priceE4} ${event.deltaE2}` : event.type
  })

const rest = (side: 'yes' | 'no', priceE4: number, countE2: number) =>
  venue.place({ ticker, side, priceE4, countE2, rests: true })

describe('venue', () => {
  test('a sweep prints one trade a maker, at one time, each followed by what it took, then one ticker', () => {
    rest('no', 4_000, 100)
    rest('no', 4_100, 200)
    told = []
    const { trades, restingId } = venue.place({
      ticker,
      side: 'yes',
      priceE4: 6_000,
      countE2: 400,
      rests: true,
    })
    expect(summary()).toEqual([
      'trade 200@5900',
      'book no 4100 -200',
      'trade 100@6000',
      'book no 4000 -100',
      'book yes 6000 100',
      'ticker',
    ])
    expect(trades.map(({ id, takerSide, tsMs }) => [id, takerSide, tsMs])).toEqual([
      ['trade-1', 'yes', 1_000],
      ['trade-2', 'yes', 1_000],
    ])
    expect(restingId).toBeDefined()
    expect(venue.market(ticker).tickerState()).toEqual({
      bidE4: 6_000,
      bidSizeE2: 100,
      askE4: 10_000,
      askSizeE2: 0,
      lastPriceE4: 6_000,
      lastSizeE2: 100,
      volumeE2: 300,
      openInterestE2: 300,
    })
  })

  test('contracts in existence grow, stay or shrink with what a trade does, never below nothing', () => {
    const interest = () => venue.market(ticker).openInterestE2
    for (const [effect, expected] of [
      ['opens', 100],
      ['transfers', 100],
      ['closes', 0],
      ['closes', 0],
    ] as const) {
      rest('no', 4_000, 100)
      venue.place({ ticker, side: 'yes', priceE4: 6_000, countE2: 100, rests: false, effect })
      expect([effect, interest()]).toEqual([effect, expected])
    }
  })

  test('an ordered print is exactly one trade, whatever rests in its way on either side', () => {
    rest('yes', 5_500, 100)
    rest('no', 4_400, 100)
    for (const [side, yesPriceE4] of [
      ['yes', 7_000],
      ['no', 3_000],
      ['yes', 100],
      ['no', 9_900],
    ] as const) {
      const trade = venue.printTrade({ ticker, side, yesPriceE4, countE2: 1 })
      expect(trade).toMatchObject({ yesPriceE4, countE2: 1, takerSide: side })
      expect(venue.history.latest(1)).toEqual([trade])
      rest('yes', 5_500, 100)
      rest('no', 4_400, 100)
    }
    expect(venue.tradesPrinted).toBe(4)
  })

  test('a block trade counts, but touches no book', () => {
    rest('no', 4_000, 100)
    told = []
    venue.printBlock({ ticker, side: 'yes', yesPriceE4: 5_000, countE2: 1_000_000 })
    expect(summary()).toEqual(['trade 1000000@5000', 'ticker'])
    expect(venue.history.latest(1)).toMatchObject([{ isBlock: true }])
  })

  test('a ticker is told only when something in it changed', () => {
    rest('yes', 5_000, 100)
    told = []
    const deep = rest('yes', 4_000, 100).restingId
    venue.cancel(ticker, deep ?? 0)
    expect(summary()).toEqual(['book yes 4000 100', 'book yes 4000 -100'])
    expect(venue.cancel(ticker, deep ?? 0)).toBe(false)
  })

  test.each([
    ['a price between ticks', { priceE4: 5_050, countE2: 100 }],
    ['a price of nothing', { priceE4: 0, countE2: 100 }],
    ['a price of a dollar', { priceE4: 10_000, countE2: 100 }],
    ['no contracts', { priceE4: 5_000, countE2: 0 }],
    ['a fraction of the smallest count', { priceE4: 5_000, countE2: 0.5 }],
  ])('refuses %s, and nothing happens', (_note, amounts) => {
    expect(() => venue.place({ ticker, side: 'yes', rests: true, ...amounts })).toThrow(VenueError)
    expect(told).toEqual([])
  })

  test('takes no orders for a market that is unknown or not active', () => {
    const order = { side: 'yes', priceE4: 5_000, countE2: 100, rests: true } as const
    expect(() => venue.place({ ticker: 'KXNONE', ...order })).toThrow('no market KXNONE')
    venue.market(ticker).status = 'inactive'
    expect(() => venue.place({ ticker, ...order })).toThrow('inactive')
  })

  test('time on the tape does not run backwards with the clock', () => {
    const first = venue.printTrade({ ticker, side: 'yes', yesPriceE4: 5_000, countE2: 1 })
    nowMs = 500
    expect(venue.printTrade({ ticker, side: 'yes', yesPriceE4: 5_000, countE2: 1 }).tsMs).toBe(first.tsMs)
  })
})
