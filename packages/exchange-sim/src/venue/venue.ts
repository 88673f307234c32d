import { Announcements } from './announcements.ts'
import { type FeeSchedule, standardFees } from './fees.ts'
import type { ListedEvent, Listing, Series } from './listing.ts'
import { type InterestEffect, Market } from './market.ts'
import type { CancelReason, Holder, Order } from './order.ts'
import { type Outcome, opposite } from './outcome.ts'
import { type HistoryBounds, type Trade, TradeHistory } from './trade-history.ts'
import { dollarE4 } from './units.ts'
import type { LifecycleStep, VenueListener } from './venue-events.ts'

/** An order as it comes in. Without `rests`, what does not match at once is dropped. */
type OrderRequest = {
  readonly ticker: string
  readonly side: Outcome
  readonly priceE4: number
  readonly countE2: number
  readonly rests: boolean
  /** Marks quotes of the venue's own market makers, which they may pull. */
  readonly maker?: boolean
  readonly effect?: InterestEffect
  readonly holder?: Holder
}

/** What became of an order: its prints, and the id of what rests of it, if anything does. */
type Placed = { readonly trades: readonly Trade[]; readonly restingId: number | undefined }

/** An order or command that the venue refuses; `message` is fit for the caller. */
export class VenueError extends Error {
  override readonly name = 'VenueError'
}

/**
 * The exchange itself: what is listed, the books, the tape. Every change goes through here, is made in one
 * synchronous step and is told to the listeners in order, so any two views of it agree at all times.
 */
export class Venue {
  readonly history: TradeHistory
  readonly series = new Map<string, Series>()
  readonly events = new Map<string, ListedEvent>()
  readonly markets = new Map<string, Market>()
  readonly #marketsOf = new Map<string, Market[]>()
  readonly #clock: () => number
  readonly #newId: () => string
  readonly #announcements = new Announcements(() => this.now())
  #nowMs = 0
  #trades = 0
  #orders = 0
  #ordinals = 0

  constructor(options: { clock: () => number; newId: () => string; history: HistoryBounds }) {
    this.#clock = options.clock
    this.#newId = options.newId
    this.history = new TradeHistory(options.history)
  }

  /** Trades printed since the start. */
  get tradesPrinted(): number {
    return this.#trades
  }

  /** The venue's time: the clock's, but never backwards, so that the tape is in order. */
  now(): number {
    this.#nowMs = Math.max(this.#nowMs, Math.floor(this.#clock()))
    return this.#nowMs
  }

  listen(listener: VenueListener): () => void {
    return this.#announcements.listen(listener)
  }

  market(ticker: string): Market {
    const market = this.markets.get(ticker)
    if (!market) throw new VenueError(`no market ${ticker}`)
    return market
  }

  marketsOf(eventTicker: string): readonly Market[] {
    return this.#marketsOf.get(eventTicker) ?? []
  }

  addSeries(series: Series): void {
    this.series.set(series.ticker, series)
  }

  /** Lists an event. Announced unless it was there when the exchange opened. */
  addEvent(event: ListedEvent, options: { announced: boolean }): void {
    this.events.set(event.ticker, event)
    this.#marketsOf.set(event.ticker, [])
    if (options.announced) this.#announcements.tell({ type: 'event_listed', event })
  }

  addMarket(listing: Listing, options: { announced: boolean; volume24hE2?: number }): Market {
    const siblings = this.#marketsOf.get(listing.eventTicker)
    if (!siblings) throw new VenueError(`no event ${listing.eventTicker}`)
    const market = new Market(listing, (this.#ordinals += 1), options.volume24hE2)
    this.markets.set(listing.ticker, market)
    siblings.push(market)
    if (options.announced) this.announce(market, 'created')
    return market
  }

  /** Forgets a settled event with its markets; its series stays listed. */
  removeEvent(eventTicker: string): void {
    for (const market of this.marketsOf(eventTicker)) this.markets.delete(market.ticker)
    this.#marketsOf.delete(eventTicker)
    this.events.delete(eventTicker)
  }

  /** Matches an order and rests the remainder when it may. Throws VenueError for an order the market refuses. */
  place(request: OrderRequest): Placed {
    const market = this.#openMarket(request.ticker)
    this.#check(market, request)
    return this.batch(() => {
      const { side, priceE4, countE2 } = request
      const tsMs = this.now()
      const { holder } = request
      const trades: Trade[] = []
      let leftE2 = countE2
      market.book.match(side, priceE4, countE2, {
        onMeet: (maker) => holder?.onMeet(maker) ?? 'trade',
        onFill: ({ maker, countE2: filledE2, yesPriceE4 }) => {
          leftE2 -= filledE2
          const trade = this.#newTrade(market, { yesPriceE4, countE2: filledE2, takerSide: side, tsMs })
          trades.push(trade)
          this.#print(market, trade, request.effect)
          this.#changed(market, maker, { deltaE2: -filledE2, cause: holder })
          maker.holder?.onFill(trade, 'maker')
          holder?.onFill(trade, 'taker')
        },
      })
      const restingId = leftE2 > 0 && request.rests ? this.#rest(market, request, leftE2) : undefined
      return { trades, restingId }
    })
  }

  /** Puts what is left of an order into the book without matching it: it must cross nothing. */
  rest(request: OrderRequest): number {
    const market = this.#openMarket(request.ticker)
    return this.batch(() => this.#rest(market, request, request.countE2))
  }

  /** Cancels a resting order; false when it is not resting (any more). */
  cancel(ticker: string, orderId: number, reason?: CancelReason): boolean {
    const order = this.pull(ticker, orderId)
    order?.holder?.onCancel(reason)
    return order !== undefined
  }

  /** Takes an order off the book without a word to its holder; answers it as it was, if it was resting. */
  pull(ticker: string, orderId: number): Order | undefined {
    const market = this.market(ticker)
    const order = market.book.cancel(orderId)
    if (order)
      this.batch(() => this.#changed(market, order, { deltaE2: -order.countE2, cause: order.holder }))
    return order
  }

  /** Takes `countE2` off a resting order, which keeps its place in the queue. */
  reduce(ticker: string, orderId: number, countE2: number): void {
    const market = this.market(ticker)
    const order = market.book.reduce(orderId, countE2)
    if (order) this.batch(() => this.#changed(market, order, { deltaE2: -countE2, cause: order.holder }))
  }

  /** Cancels every resting order of a market that `which` picks. */
  cancelAll(market: Market, reason?: CancelReason, which: (order: Order) => boolean = () => true): void {
    this.batch(() => {
      for (const side of ['yes', 'no'] as const) {
        for (const order of market.book.bidsFrom(side, 0)) {
          if (which(order)) this.cancel(market.ticker, order.id, reason)
        }
      }
    })
  }

  /** What trading in a market costs. */
  feesOf(market: Market): FeeSchedule {
    const event = this.events.get(market.listing.eventTicker)
    return this.series.get(event?.seriesTicker ?? '')?.fees ?? standardFees
  }

  /** Prints a trade that was negotiated off the book. */
  printBlock(order: { ticker: string; side: Outcome; yesPriceE4: number; countE2: number }): Trade {
    const market = this.#openMarket(order.ticker)
    this.#check(market, { ...order, priceE4: order.yesPriceE4 })
    return this.batch(() => {
      const { side: takerSide, yesPriceE4, countE2 } = order
      const trade = this.#newTrade(market, {
        yesPriceE4,
        countE2,
        takerSide,
        tsMs: this.now(),
        isBlock: true,
      })
      this.#print(market, trade, 'opens')
      return trade
    })
  }

  /**
   * Makes the book print exactly one trade at this YES price and count: whoever rests in its way steps back,
   * one maker of that size steps in, and a taker of that size takes it. Orders of accounts only step aside.
   */
  printTrade(order: { ticker: string; side: Outcome; yesPriceE4: number; countE2: number }): Trade {
    const { ticker, side, yesPriceE4, countE2 } = order
    const market = this.#openMarket(ticker)
    const takerE4 = side === 'yes' ? yesPriceE4 : dollarE4 - yesPriceE4
    this.#check(market, { priceE4: takerE4, countE2 })
    return this.batch(() => {
      const makerE4 = dollarE4 - takerE4
      const aside = [
        ...this.#stepBack(market, side, takerE4),
        ...this.#stepBack(market, opposite(side), makerE4),
      ]
      this.place({ ticker, side: opposite(side), priceE4: makerE4, countE2, rests: true })
      const [trade] = this.place({ ticker, side, priceE4: takerE4, countE2, rests: false }).trades
      if (!trade) throw new VenueError(`no print at ${yesPriceE4} in ${ticker}`)
      for (const back of aside) {
        market.book.rest(back)
        this.#changed(market, back, { deltaE2: back.countE2, cause: back.holder })
      }
      return trade
    })
  }

  /** Announces a step of a market's life, after the caller has made it. */
  announce(market: Market, step: LifecycleStep): void {
    this.#announcements.tell({ type: 'lifecycle', market, step, tsMs: this.now() })
  }

  /** Runs a change of several steps; each market it touches gets one ticker at its end. */
  batch<T>(change: () => T): T {
    return this.#announcements.batch(change)
  }

  #openMarket(ticker: string): Market {
    const market = this.market(ticker)
    if (market.status !== 'active') throw new VenueError(`market ${ticker} is ${market.status}, not active`)
    return market
  }

  #check(market: Market, { priceE4, countE2 }: { priceE4: number; countE2: number }): void {
    if (!market.listing.grid.has(priceE4)) throw new VenueError(`price is not a tick of ${market.ticker}`)
    if (!Number.isSafeInteger(countE2) || countE2 <= 0)
      throw new VenueError('count must be positive, in steps of 0.01')
  }

  /** Clears the way for a print; answers the orders of accounts, which come back after it. */
  #stepBack(market: Market, side: Outcome, fromE4: number): Order[] {
    return market.book
      .bidsFrom(side, fromE4)
      .flatMap(({ id }) => this.pull(market.ticker, id) ?? [])
      .filter(({ holder }) => holder !== undefined)
  }

  #rest(market: Market, request: OrderRequest, countE2: number): number {
    const { side, priceE4, maker = false, holder } = request
    const order: Order = { id: (this.#orders += 1), side, priceE4, maker, holder, countE2 }
    market.book.rest(order)
    this.#changed(market, order, { deltaE2: countE2, cause: holder })
    return order.id
  }

  #newTrade(
    market: Market,
    print: Pick<Trade, 'yesPriceE4' | 'countE2' | 'takerSide' | 'tsMs'> & { isBlock?: boolean },
  ): Trade {
    this.#trades += 1
    return { isBlock: false, ...print, number: this.#trades, id: this.#newId(), ticker: market.ticker }
  }

  #print(market: Market, trade: Trade, effect: InterestEffect = 'opens'): void {
    market.record(trade, effect)
    this.history.add(trade)
    this.#announcements.tellOf(market, { type: 'trade', trade })
  }

  #changed(
    market: Market,
    { side, priceE4 }: { side: Outcome; priceE4: number },
    change: { deltaE2: number; cause: Holder | undefined },
  ): void {
    const tsMs = this.now()
    this.#announcements.tellOf(market, { type: 'book', market, side, priceE4, ...change, tsMs })
  }
}
