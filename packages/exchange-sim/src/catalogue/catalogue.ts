import type { Random } from '../flow/random.ts'
import { Valuation } from '../flow/valuation.ts'
import { drawSizeE2 } from '../flow/trade-sizes.ts'
import type { Market } from '../venue/market.ts'
import { PriceGrid } from '../venue/price-grid.ts'
import type { Venue } from '../venue/venue.ts'
import { planCoinQuarter, planCoinStrikes } from './crypto.ts'
import { dayMs, hourMs } from './dates.ts'
import type { EventPlan } from './event-plan.ts'
import { planQuestion } from './public-affairs.ts'
import { planGame } from './sports.ts'
import { planStatistic } from './statistics.ts'
import { planHighTemperature } from './weather.ts'

/** A listed event together with what the simulation knows about it and the exchange does not tell. */
export type LiveEvent = {
  readonly ticker: string
  readonly markets: readonly Market[]
  readonly valuation: Valuation
  readonly activity: number
  readonly edgeTicks: number
}

type Planner = (random: Random, nowMs: number) => EventPlan

/** How often each kind of event is listed, out of the sum of these. */
const mix: readonly (readonly [share: number, plan: Planner])[] = [
  [40, planGame],
  [18, planHighTemperature],
  [12, planCoinStrikes],
  [8, planCoinQuarter],
  [10, planStatistic],
  [12, planQuestion],
]

/** Attempts to find an event that is not listed yet before a running number makes its ticker unique. */
const attempts = 20

/** Invents events with their markets and lists them at the venue. */
export class Catalogue {
  readonly #random: Random
  readonly #venue: Venue
  #duplicates = 0

  constructor(venue: Venue, random: Random) {
    this.#venue = venue
    this.#random = random
  }

  /** Fills an empty exchange with markets that have been trading for a while. */
  open(markets: number): LiveEvent[] {
    const events: LiveEvent[] = []
    for (let left = markets; left > 0;) {
      const event = this.#list(this.#invent(left), { seasoned: true })
      events.push(event)
      left -= event.markets.length
    }
    return events
  }

  /** Lists a new event with at most `maxMarkets` markets, announces it, and opens it `openInMs` later. */
  launch(maxMarkets: number, openInMs: number): LiveEvent {
    return this.#list(this.#invent(maxMarkets), { seasoned: false, openInMs })
  }

  #invent(maxMarkets: number): EventPlan {
    const nowMs = this.#venue.now()
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const plan = this.#planner()(this.#random, nowMs)
      if (!this.#venue.events.has(eventTicker(plan))) return cut(plan, maxMarkets)
    }
    const plan = planCoinStrikes(this.#random, nowMs)
    this.#duplicates += 1
    return cut({ ...plan, tickerSuffix: `${plan.tickerSuffix}-${this.#duplicates}` }, maxMarkets)
  }

  #planner(): Planner {
    let left = this.#random.next() * mix.reduce((sum, [share]) => sum + share, 0)
    for (const [share, plan] of mix) {
      left -= share
      if (left < 0) return plan
    }
    return planGame
  }

  #list(plan: EventPlan, options: { seasoned: boolean; openInMs?: number }): LiveEvent {
    const { seasoned, openInMs = 0 } = options
    const nowMs = this.#venue.now()
    const ticker = eventTicker(plan)
    const valuation = new Valuation(plan.value)
    this.#venue.addSeries(plan.series)
    this.#venue.addEvent(
      {
        ticker,
        seriesTicker: plan.series.ticker,
        title: plan.title,
        subTitle: plan.subTitle,
        category: plan.series.category,
        exclusive: plan.value.kind === 'exclusive',
        updatedMs: nowMs,
      },
      { announced: !seasoned },
    )
    const ageMs = seasoned ? Math.floor(this.#random.exponential(3 * dayMs)) + hourMs : -openInMs
    const grid = new PriceGrid(plan.structure)
    const markets = plan.markets.map((market, index) => {
      const volumeE2 = seasoned ? this.#pastVolumeE2(plan.activity) : 0
      const listed = this.#venue.addMarket(
        {
          ticker: `${ticker}-${market.suffix}`,
          marketId: this.#random.uuid(),
          eventTicker: ticker,
          title: market.title,
          yesSubTitle: market.yesSubTitle,
          rules: market.rules,
          grid,
          strike: market.strike,
          createdMs: seasoned ? nowMs - ageMs - 5 * 60_000 : nowMs,
          openMs: nowMs - ageMs,
          closeMs: plan.closeMs,
          expectedExpirationMs: plan.closeMs,
          settlementTimerS: plan.settlementTimerS,
          history: {
            lastPriceE4: seasoned ? grid.step(valuation.fairE4(index), 0) : 0,
            volumeE2,
            openInterestE2: Math.floor(volumeE2 * 0.45),
          },
        },
        { announced: !seasoned, volume24hE2: Math.floor(volumeE2 * Math.min(1, dayMs / Math.max(ageMs, 1))) },
      )
      if (seasoned) listed.status = 'active'
      return listed
    })
    return { ticker, markets, valuation, activity: plan.activity, edgeTicks: plan.edgeTicks }
  }

  #pastVolumeE2(activity: number): number {
    return Math.floor(
      (500 + 4_000 * activity * this.#random.exponential(1)) * (100 + drawSizeE2(this.#random) / 500),
    )
  }
}

function eventTicker(plan: EventPlan): string {
  return `${plan.series.ticker}-${plan.tickerSuffix}`
}

/** Drops markets past the number there is still room for. */
function cut(plan: EventPlan, maxMarkets: number): EventPlan {
  if (plan.markets.length <= maxMarkets) return plan
  const markets = plan.markets.slice(0, maxMarkets)
  const { value } = plan
  return value.kind === 'exclusive'
    ? { ...plan, markets, value: { ...value, weights: value.weights.slice(0, maxMarkets) } }
    : { ...plan, markets, value: { ...value, strikes: value.strikes.slice(0, maxMarkets) } }
}
