import type { Order } from './order.ts'

type Level = { readonly priceE4: number; totalE2: number; readonly orders: Order[] }

/**
 * The bids for one outcome: price levels, each a queue in order of arrival. Prices are kept ascending, so the
 * best bid is the last one. Books hold tens of levels; binary search plus splice beats any tree at that size.
 */
export class Ladder {
  readonly #prices: number[] = []
  readonly #levels = new Map<number, Level>()

  get bestE4(): number | undefined {
    return this.#prices.at(-1)
  }

  get depth(): number {
    return this.#prices.length
  }

  totalAt(priceE4: number): number {
    return this.#levels.get(priceE4)?.totalE2 ?? 0
  }

  /** Price and total of every level, ascending. */
  levels(): [priceE4: number, countE2: number][] {
    return this.#prices.map((priceE4) => [priceE4, this.totalAt(priceE4)])
  }

  add(order: Order): void {
    let level = this.#levels.get(order.priceE4)
    if (!level) {
      level = { priceE4: order.priceE4, totalE2: 0, orders: [] }
      this.#levels.set(order.priceE4, level)
      this.#prices.splice(this.#position(order.priceE4), 0, order.priceE4)
    }
    level.orders.push(order)
    level.totalE2 += order.countE2
  }

  /** The order that trades next, if any. */
  head(): Order | undefined {
    const best = this.bestE4
    return best === undefined ? undefined : this.#levels.get(best)?.orders[0]
  }

  /** Orders in price-time priority. */
  *inPriority(): Generator<Order> {
    for (let index = this.#prices.length - 1; index >= 0; index -= 1) {
      yield* this.#levels.get(this.#prices[index] ?? 0)?.orders ?? []
    }
  }

  /** The oldest order at a price, if any. */
  firstAt(priceE4: number): Order | undefined {
    return this.#levels.get(priceE4)?.orders[0]
  }

  /** Takes `countE2` off an order that rests here; an order left with nothing is gone. */
  reduce(order: Order, countE2: number): void {
    const level = this.#levels.get(order.priceE4)
    if (!level) return
    order.countE2 -= countE2
    level.totalE2 -= countE2
    if (order.countE2 > 0) return
    const index = level.orders.indexOf(order)
    if (index >= 0) level.orders.splice(index, 1)
    if (level.orders.length > 0) return
    this.#levels.delete(order.priceE4)
    this.#prices.splice(this.#position(order.priceE4), 1)
  }

  #position(priceE4: number): number {
    let low = 0
    let high = this.#prices.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#prices[middle] ?? 0) < priceE4) low = middle + 1
      else high = middle
    }
    return low
  }
}
