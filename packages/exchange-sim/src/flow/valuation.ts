import type { ValuePlan } from '../catalogue/event-plan.ts'
import type { Outcome } from '../venue/outcome.ts'
import { dollarE4 } from '../venue/units.ts'
import type { Random } from './random.ts'

/** How strongly values are pulled back to where they began: keeps a busy market from drifting to a foregone result. */
const reversion = 0.002
/** How far a single contract moves the value, per factor of ten of its size, in units of the event's own scale. */
const impact = 0.006

/**
 * What an event's markets are worth, as probabilities that belong together: winners of a game add up to one,
 * the rungs of a ladder fall with the strike.
 */
export class Valuation {
  readonly #plan: ValuePlan
  readonly #weights: number[]
  #spot: number

  constructor(plan: ValuePlan) {
    this.#plan = plan
    this.#weights = plan.kind === 'exclusive' ? [...plan.weights] : []
    this.#spot = plan.kind === 'ladder' ? plan.spot : 0
  }

  /** Fair YES price of the market at `index`, in 1e-4 dollars, within (0, 1) dollar. */
  fairE4(index: number): number {
    const probability = this.#probability(index)
    return Math.min(dollarE4 - 1, Math.max(1, Math.round(probability * dollarE4)))
  }

  /** A step of the news: a small random move of the whole event. */
  drift(random: Random): void {
    const plan = this.#plan
    if (plan.kind === 'ladder') {
      this.#spot += reversion * (plan.spot - this.#spot) + plan.volatility * plan.deviation * random.normal()
      return
    }
    for (const [index, start] of plan.weights.entries()) {
      const weight = this.#weights[index] ?? start
      this.#weights[index] = weight + reversion * (start - weight) + plan.volatility * random.normal()
    }
  }

  /** A trade moves the value towards the side that took. */
  push(index: number, side: Outcome, contracts: number): void {
    const force = (side === 'yes' ? impact : -impact) * Math.log10(1 + contracts)
    if (this.#plan.kind === 'ladder') this.#spot += force * this.#plan.deviation
    else this.#weights[index] = (this.#weights[index] ?? 0) + force
  }

  /** Which of the event's markets came true: the outcomes it settles with if it ends now. */
  outcomes(random: Random): Outcome[] {
    if (this.#plan.kind === 'ladder') {
      const end = this.#spot + random.normal() * this.#plan.deviation
      return this.#plan.strikes.map((strike) => (end > strike ? 'yes' : 'no'))
    }
    let left = random.next()
    const winner = this.#weights.findIndex((_, index) => (left -= this.#probability(index)) < 0)
    return this.#weights.map((_, index) => (index === winner ? 'yes' : 'no'))
  }

  #probability(index: number): number {
    if (this.#plan.kind === 'ladder') {
      return normalDistribution((this.#spot - (this.#plan.strikes[index] ?? 0)) / this.#plan.deviation)
    }
    const all = this.#weights.reduce((sum, weight) => sum + Math.exp(weight), 0)
    return Math.exp(this.#weights[index] ?? 0) / all
  }
}

/** Logistic approximation of the standard normal distribution function, off by at most 1 %. */
function normalDistribution(z: number): number {
  return 1 / (1 + Math.exp(-1.702 * z))
}
