import { dollarE4 } from './units.ts'

/** Prices from `startE4` to `endE4` move in steps of `stepE4`. */
type PriceRange = { readonly startE4: number; readonly endE4: number; readonly stepE4: number }

/** The price level structures this exchange lists markets with, by the venue's names. */
export type PriceStructure = 'linear_cent' | 'tapered_deci_cent' | 'deci_cent'

const structures: Record<PriceStructure, readonly PriceRange[]> = {
  linear_cent: [{ startE4: 0, endE4: dollarE4, stepE4: 100 }],
  tapered_deci_cent: [
    { startE4: 0, endE4: 1_000, stepE4: 10 },
    { startE4: 1_000, endE4: 9_000, stepE4: 100 },
    { startE4: 9_000, endE4: dollarE4, stepE4: 10 },
  ],
  deci_cent: [{ startE4: 0, endE4: dollarE4, stepE4: 10 }],
}

/**
 * The valid prices of a market, strictly between 0 and 1 dollar. Every structure is symmetric about 50 cents,
 * so a price is valid for YES exactly when its complement is valid for NO.
 */
export class PriceGrid {
  readonly structure: PriceStructure
  readonly ranges: readonly PriceRange[]
  readonly #pricesE4: readonly number[]

  constructor(structure: PriceStructure) {
    this.structure = structure
    this.ranges = structures[structure]
    this.#pricesE4 = this.ranges.flatMap((range) => {
      const steps = (range.endE4 - range.startE4) / range.stepE4
      return Array.from({ length: steps }, (_, step) => range.startE4 + step * range.stepE4)
    })
  }

  /** True for a price an order may carry. */
  has(priceE4: number): boolean {
    return priceE4 > 0 && this.#pricesE4[this.#indexAtOrBelow(priceE4)] === priceE4
  }

  /** The valid price `ticks` steps away from the highest one at or below `priceE4`, held inside the grid. */
  step(priceE4: number, ticks: number): number {
    const last = this.#pricesE4.length - 1
    const index = Math.min(last, Math.max(1, this.#indexAtOrBelow(priceE4) + ticks))
    return this.#pricesE4[index] ?? dollarE4 / 2
  }

  /** Index 0 is the price 0, which no order may carry: results are at least 0 and callers step over it. */
  #indexAtOrBelow(priceE4: number): number {
    let low = 0
    let high = this.#pricesE4.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#pricesE4[middle] ?? Infinity) <= priceE4) low = middle
      else high = middle - 1
    }
    return low
  }
}
