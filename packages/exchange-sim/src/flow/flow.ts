import type { LiveEvent } from '../catalogue/catalogue.ts'
import type { InterestEffect, Market } from '../venue/market.ts'
import type { Order } from '../venue/order.ts'
import { type Outcome, opposite } from '../venue/outcome.ts'
import { dollarE4 } from '../venue/units.ts'
import type { Venue } from '../venue/venue.ts'
import { MarketMaker } from './market-maker.ts'
import type { Random } from './random.ts'
import { drawLargeSizeE2 } from './trade-sizes.ts'

/** Chance that a taker goes on to the next resting order: gives sweeps of 1.4 prints on average. */
const sweepOn = 0.28
const longestSweep = 15
/** Chance that a taker leaves part of the first order it meets. */
const partialTake = 0.06
const blockTrade = 0.0004
/** Chance, per action, that the crowd turns to one event, and for how many actions. */
const crowdGathers = 0.003
const crowdActions = { from: 40, to: 300 }
const crowdShare = 0.7

type Interest = { readonly event: LiveEvent; readonly index: number; readonly market: Market }

/**
 * Everybody who trades. Each action is one taker somewhere, with the market makers' answer. What happens is a
 * function of the seed and the number of actions alone; when it happens is the pacer's business.
 */
export class Flow {
  readonly #venue: Venue
  readonly #random: Random
  readonly #makers: MarketMaker
  #events: LiveEvent[] = []
  #cumulative: number[] = []
  #crowd: { event: LiveEvent; actionsLeft: number } | undefined
  #upkeep = 0

  constructor(venue: Venue, random: Random) {
    this.#venue = venue
    this.#random = random
    this.#makers = new MarketMaker(venue, random.fork())
  }

  get events(): readonly LiveEvent[] {
    return this.#events
  }

  /** Sets the events that are traded. */
  setEvents(events: readonly LiveEvent[]): void {
    this.#events = [...events]
    let sum = 0
    this.#cumulative = this.#events.map((event) => (sum += event.activity))
    if (this.#crowd && !this.#events.includes(this.#crowd.event)) this.#crowd = undefined
  }

  /** Puts the first quotes into every open market of an event. */
  quoteAll(event: LiveEvent): void {
    for (const index of event.markets.keys()) this.#requote(event, index)
  }

  /** One action; answers how many trades it printed. */
  act(): number {
    this.#keepUp()
    const interest = this.#pickMarket()
    if (!interest) return 0
    const { event, index, market } = interest
    event.valuation.drift(this.#random)
    this.#requote(event, index)
    const side: Outcome = this.#random.chance(0.52) ? 'yes' : 'no'
    if (this.#random.chance(blockTrade)) return this.#block(interest, side)
    const makers = this.#targets(market, side)
    const countE2 = this.#takeCount(makers)
    const last = makers.at(-1)
    if (!last) return 0
    const { trades } = this.#venue.place({
      ticker: market.ticker,
      side,
      priceE4: dollarE4 - last.priceE4,
      countE2,
      rests: false,
      effect: this.#effect(),
    })
    event.valuation.push(index, side, countE2 / 100)
    this.#requote(event, index)
    return trades.length
  }

  /** One order big enough to be a whale, resting at the best price of a busy market and taken at once. */
  printWhale(): number {
    const interest = this.#pickMarket()
    if (!interest) return 0
    const { event, index, market } = interest
    this.#requote(event, index)
    const side: Outcome = this.#random.chance(0.5) ? 'yes' : 'no'
    const best = market.book.bestBid(opposite(side))
    if (!best) return 0
    return this.#venue.batch(() => {
      const { ticker } = market
      const countE2 = drawLargeSizeE2(this.#random, 10_000)
      const { priceE4 } = best
      this.#venue.place({ ticker, side: opposite(side), priceE4, countE2, rests: true, maker: true })
      const takenE2 = best.countE2 + countE2
      const taker = { ticker, side, priceE4: dollarE4 - priceE4, countE2: takenE2, rests: false }
      const { trades } = this.#venue.place(taker)
      event.valuation.push(index, side, takenE2 / 100)
      return trades.length
    })
  }

  /** Quiet markets move too: one after the other gets fresh quotes. */
  #keepUp(): void {
    const event = this.#events[this.#upkeep % Math.max(1, this.#events.length)]
    this.#upkeep += 1
    if (!event || !this.#random.chance(0.2)) return
    event.valuation.drift(this.#random)
    this.quoteAll(event)
  }

  #requote(event: LiveEvent, index: number): void {
    const market = event.markets[index]
    if (market?.status !== 'active') return
    this.#makers.requote(market, event.valuation.fairE4(index), event.edgeTicks)
  }

  #pickMarket(): Interest | undefined {
    const event = this.#pickEvent()
    if (!event) return undefined
    const open = [...event.markets.entries()].filter(([, market]) => market.status === 'active')
    // Interest goes to questions that are open: most of it to prices near the middle.
    const weights = open.map(([index]) => {
      const probability = event.valuation.fairE4(index) / dollarE4
      return 0.03 + probability * (1 - probability)
    })
    let left = this.#random.next() * weights.reduce((sum, weight) => sum + weight, 0)
    const [index, market] = open.find((_, at) => (left -= weights[at] ?? 0) < 0) ?? []
    return index === undefined || !market ? undefined : { event, index, market }
  }

  #pickEvent(): LiveEvent | undefined {
    if (!this.#crowd && this.#random.chance(crowdGathers)) {
      const event = this.#weighted()
      const actionsLeft = this.#random.integer(crowdActions.from, crowdActions.to)
      if (event) this.#crowd = { event, actionsLeft }
    }
    if (!this.#crowd || !this.#random.chance(crowdShare)) return this.#weighted()
    const { event } = this.#crowd
    this.#crowd.actionsLeft -= 1
    if (this.#crowd.actionsLeft <= 0) this.#crowd = undefined
    return event
  }

  #weighted(): LiveEvent | undefined {
    const at = this.#random.next() * (this.#cumulative.at(-1) ?? 0)
    let low = 0
    let high = this.#cumulative.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#cumulative[middle] ?? Infinity) > at) high = middle
      else low = middle + 1
    }
    return this.#events[low]
  }

  /** The resting orders this taker wants: the first one, or a sweep of several. */
  #targets(market: Market, side: Outcome): Order[] {
    const targets: Order[] = []
    for (const order of market.book.inPriority(opposite(side))) {
      targets.push(order)
      if (targets.length >= longestSweep || !this.#random.chance(sweepOn)) break
    }
    return targets
  }

  #takeCount(makers: readonly Order[]): number {
    const wholeE2 = makers.reduce((sum, maker) => sum + maker.countE2, 0)
    if (makers.length !== 1 || !this.#random.chance(partialTake)) return wholeE2
    return Math.min(wholeE2, Math.ceil((this.#random.next() * wholeE2) / 100) * 100)
  }

  #block({ event, index, market }: Interest, side: Outcome): number {
    const yesPriceE4 = market.listing.grid.step(event.valuation.fairE4(index), 0)
    const countE2 = drawLargeSizeE2(this.#random, 1_000)
    this.#venue.printBlock({ ticker: market.ticker, side, yesPriceE4, countE2 })
    return 1
  }

  #effect(): InterestEffect {
    const draw = this.#random.next()
    if (draw < 0.5) return 'opens'
    return draw < 0.8 ? 'transfers' : 'closes'
  }
}
