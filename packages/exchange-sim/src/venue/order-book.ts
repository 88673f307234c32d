import { Ladder } from './ladder.ts'
import type { Meeting, Order } from './order.ts'
import { opposite, type Outcome } from './outcome.ts'
import { dollarE4 } from './units.ts'

/** One match: the maker's order, how much of it went, and the price on the YES scale. */
type Fill = { readonly maker: Order; readonly countE2: number; readonly yesPriceE4: number }

/** Follows a match while it happens; what it does to the book counts at once. */
type MatchWatcher = { onMeet(maker: Order): Meeting; onFill(fill: Fill): void }

/**
 * A limit order book with price-time priority. Both sides are bids: a YES bid at p and a NO bid at q match
 * when p + q is at least a dollar, always at the price of the order that was there first.
 */
export class OrderBook {
  readonly #ladders = { yes: new Ladder(), no: new Ladder() }
  readonly #orders = new Map<number, Order>()

  get orders(): number {
    return this.#orders.size
  }

  bestBid(side: Outcome): { priceE4: number; countE2: number } | undefined {
    const priceE4 = this.#ladders[side].bestE4
    return priceE4 === undefined ? undefined : { priceE4, countE2: this.#ladders[side].totalAt(priceE4) }
  }

  /** Price and total count of every level of bids, ascending: the best is last. */
  levels(side: Outcome): [priceE4: number, countE2: number][] {
    return this.#ladders[side].levels()
  }

  depth(side: Outcome): number {
    return this.#ladders[side].depth
  }

  totalAt(side: Outcome, priceE4: number): number {
    return this.#ladders[side].totalAt(priceE4)
  }

  /** Resting bids at this price or better, in the order in which they would trade; a list of its own. */
  bidsFrom(side: Outcome, priceE4: number): Order[] {
    const bids: Order[] = []
    for (const order of this.inPriority(side)) {
      if (order.priceE4 < priceE4) break
      bids.push(order)
    }
    return bids
  }

  /** Resting bids in the order in which they would trade; the book must not change meanwhile. */
  inPriority(side: Outcome): Iterable<Order> {
    return this.#ladders[side].inPriority()
  }

  /** Matches a bid against the other side as far as its limit and count reach; nothing of it comes to rest. */
  match(side: Outcome, limitE4: number, countE2: number, watcher?: MatchWatcher): Fill[] {
    const makers = this.#ladders[opposite(side)]
    const fills: Fill[] = []
    let leftE2 = countE2
    for (let maker = makers.head(); maker && leftE2 > 0; maker = makers.head()) {
      if (maker.priceE4 + limitE4 < dollarE4) break
      const meeting = watcher?.onMeet(maker) ?? 'trade'
      if (meeting === 'stop') break
      if (meeting === 'skip') continue
      const filledE2 = Math.min(leftE2, maker.countE2)
      const yesPriceE4 = maker.side === 'yes' ? maker.priceE4 : dollarE4 - maker.priceE4
      this.#take(maker, filledE2)
      leftE2 -= filledE2
      const fill = { maker, countE2: filledE2, yesPriceE4 }
      fills.push(fill)
      watcher?.onFill(fill)
    }
    return fills
  }

  /** Puts a bid at the end of the queue of its price, without matching it. */
  rest(order: Order): void {
    this.#ladders[order.side].add(order)
    this.#orders.set(order.id, order)
  }

  /** Removes what is left of an order; answers it as it was, or `undefined` when it is not resting. */
  cancel(orderId: number): Order | undefined {
    const order = this.#orders.get(orderId)
    if (!order) return undefined
    const before = { ...order }
    this.#take(order, order.countE2)
    return before
  }

  /** Takes `countE2` off an order without moving it in its queue; answers the order, if it is resting. */
  reduce(orderId: number, countE2: number): Order | undefined {
    const order = this.#orders.get(orderId)
    if (order) this.#take(order, countE2)
    return order
  }

  /** Takes up to `countE2` off a level, oldest order first: how a mirror of another book applies a negative delta. */
  reduceLevel(side: Outcome, priceE4: number, countE2: number): void {
    const ladder = this.#ladders[side]
    let leftE2 = countE2
    for (let order = ladder.firstAt(priceE4); order && leftE2 > 0; order = ladder.firstAt(priceE4)) {
      const takenE2 = Math.min(leftE2, order.countE2)
      this.#take(order, takenE2)
      leftE2 -= takenE2
    }
  }

  #take(order: Order, countE2: number): void {
    this.#ladders[order.side].reduce(order, countE2)
    if (order.countE2 <= 0) this.#orders.delete(order.id)
  }
}
