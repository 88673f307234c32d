import type { Market } from '../venue/market.ts'
import type { Outcome } from '../venue/outcome.ts'
import { PriceGrid } from '../venue/price-grid.ts'
import { parseCount, parsePrice } from '../venue/units.ts'
import { Venue } from '../venue/venue.ts'
import type { Survey } from './survey.ts'

type Message = Readonly<Record<string, unknown>>

const dayMs = 86_400_000

/** The exchange as a recording shows it up to the frame that was played last: it answers snapshots and REST. */
export class Mirror {
  readonly venue: Venue
  readonly #withBook = new Set<string>()
  #orders = 0
  #trades = 0

  constructor(survey: Survey, clock: () => number) {
    this.venue = new Venue({ clock, newId: () => '', history: { maxTrades: 100_000, windowMs: Infinity } })
    for (const market of survey.markets) list(this.venue, market)
  }

  /** True once the recording has shown this market's book. */
  hasBook(ticker: string): boolean {
    return this.#withBook.has(ticker)
  }

  /** Applies a data frame of the recording. What it cannot read changes nothing. */
  apply(type: string, message: Message): void {
    const market = this.venue.markets.get(String(message['market_ticker']))
    if (!market) return
    if (type === 'orderbook_snapshot') this.#replaceBook(market, message)
    if (type === 'orderbook_delta') this.#changeBook(market, message)
    if (type === 'ticker') applyTicker(market, message)
    if (type === 'trade') this.#addTrade(market, message)
  }

  #replaceBook(market: Market, message: Message): void {
    this.#withBook.add(market.ticker)
    this.venue.cancelAll(market)
    for (const side of ['yes', 'no'] as const) {
      const levels = message[`${side}_dollars_fp`]
      for (const level of Array.isArray(levels) ? levels : []) {
        if (Array.isArray(level)) this.#rest(market, side, { price: level[0], count: level[1] })
      }
    }
  }

  #changeBook(market: Market, { side, price_dollars: price, delta_fp: delta }: Message): void {
    if (side !== 'yes' && side !== 'no') return
    const deltaE2 = parseCount(delta) ?? 0
    const priceE4 = parsePrice(price)
    if (deltaE2 > 0) this.#rest(market, side, { price, count: delta })
    if (deltaE2 < 0 && priceE4 !== undefined) market.book.reduceLevel(side, priceE4, -deltaE2)
  }

  #rest(market: Market, side: Outcome, { price, count }: { price: unknown; count: unknown }): void {
    const priceE4 = parsePrice(price)
    const countE2 = parseCount(count)
    if (priceE4 === undefined || countE2 === undefined || countE2 <= 0) return
    market.book.rest({ id: (this.#orders += 1), side, priceE4, maker: false, countE2 })
  }

  #addTrade(market: Market, message: Message): void {
    const yesPriceE4 = parsePrice(message['yes_price_dollars'])
    const countE2 = parseCount(message['count_fp'])
    if (yesPriceE4 === undefined || countE2 === undefined) return
    const trade = {
      number: (this.#trades += 1),
      id: String(message['trade_id']),
      ticker: market.ticker,
      yesPriceE4,
      countE2,
      takerSide: message['taker_outcome_side'] === 'no' || message['taker_side'] === 'no' ? 'no' : 'yes',
      isBlock: message['is_block_trade'] === true,
      tsMs: Number(message['ts_ms']),
    } as const
    this.venue.history.add(trade)
    market.record(trade, 'transfers')
  }
}

function applyTicker(market: Market, message: Message): void {
  market.lastPriceE4 = parsePrice(message['price_dollars']) ?? market.lastPriceE4
  market.volumeE2 = parseCount(message['volume_fp']) ?? market.volumeE2
  market.openInterestE2 = parseCount(message['open_interest_fp']) ?? market.openInterestE2
  market.lastSizeE2 = parseCount(message['last_trade_size_fp']) ?? market.lastSizeE2
}

function list(venue: Venue, { ticker, marketId, firstMs, closeMs, strike }: Survey['markets'][number]): void {
  const eventTicker = ticker.includes('-') ? ticker.slice(0, ticker.lastIndexOf('-')) : ticker
  const seriesTicker = ticker.split('-')[0] ?? ticker
  const title = `Recorded market ${ticker}`
  const category = 'Recorded'
  venue.addSeries({ ticker: seriesTicker, title: seriesTicker, category, frequency: 'custom', tags: [] })
  if (!venue.events.has(eventTicker)) {
    venue.addEvent(
      {
        ticker: eventTicker,
        seriesTicker,
        title,
        subTitle: '',
        category,
        exclusive: false,
        updatedMs: firstMs,
      },
      { announced: false },
    )
  }
  const endMs = closeMs ?? firstMs + dayMs
  const market = venue.addMarket(
    {
      ticker,
      marketId,
      eventTicker,
      title,
      yesSubTitle: strike === undefined ? ticker : `Above ${strike}`,
      rules: '',
      // A recording does not tell the price structure; this is the finest one it can have been quoted in.
      grid: new PriceGrid('deci_cent'),
      strike: strike === undefined ? undefined : { type: 'greater', floor: strike },
      createdMs: firstMs,
      openMs: firstMs,
      closeMs: endMs,
      expectedExpirationMs: endMs,
      settlementTimerS: 1,
      history: { lastPriceE4: 0, volumeE2: 0, openInterestE2: 0 },
    },
    { announced: false },
  )
  market.status = 'active'
}
