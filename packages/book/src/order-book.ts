import { dollarE4, Ladder, type Level, packLevels, type Refusal, type Side } from './ladder.ts'
import { type Taker, type Walk, walkBids } from './walk.ts'

/** A whole book: bids of both sides, levels in any order. A side that is absent or null was not sent. */
export type BookLevels = {
  readonly yes?: readonly Level[] | null | undefined
  readonly no?: readonly Level[] | null | undefined
}

/** A change of one level: `deltaE2` is added to what rests there. */
export type LevelDelta = { readonly side: Side; readonly priceE4: number; readonly deltaE2: number }

/**
 * How a YES and a NO bid stand to each other. Below a dollar they are `clear`. At exactly a dollar they are
 * `locked`: they would match, so this is allowed only between two frames of one match, when what is left of a taker
 * is told before the last level it took. Above a dollar they are `crossed`, which no exchange that matches ever
 * shows: frames are missing.
 */
export type Crossing = 'clear' | 'locked' | 'crossed'

const nothing = new Float64Array(0)
const other = (side: Side): Side => (side === 'yes' ? 'no' : 'yes')

/**
 * The order book of one market: two ladders of bids in integers. An ask is the other side's bid seen from here:
 * YES is offered at a dollar less the NO bid. Bad input is answered by a word and never throws.
 */
export class OrderBook {
  readonly #bids = { yes: new Ladder(), no: new Ladder() }
  readonly #sent = { yes: false, no: false }

  /** Puts a whole book in place of this one. A refused one changes nothing. */
  applySnapshot({ yes, no }: BookLevels): 'applied' | Refusal | 'duplicate_price' {
    const packedYes = yes ? packLevels(yes) : nothing
    if (typeof packedYes === 'string') return packedYes
    const packedNo = no ? packLevels(no) : nothing
    if (typeof packedNo === 'string') return packedNo
    this.#bids.yes.replace(packedYes)
    this.#bids.no.replace(packedNo)
    this.#sent.yes = Boolean(yes)
    this.#sent.no = Boolean(no)
    return 'applied'
  }

  /**
   * Adds to one level; at nothing the level is gone. `negative`: more was taken than rested there, so earlier
   * frames are missing; the level is gone. `out_of_range`: no price or count of a bid; nothing changed.
   */
  applyDelta({ side, priceE4, deltaE2 }: LevelDelta): 'applied' | Refusal {
    const outcome = this.#bids[side].add(priceE4, deltaE2)
    if (outcome === 'applied') this.#sent[side] = true
    return outcome
  }

  /**
   * Whether the last snapshot carried this side, or a delta has come to it since. The exchange leaves an empty side
   * out, so one that was not sent counts as empty; but a book of which neither was sent may as well be a form that was
   * not understood, or a market that is over.
   */
  wasSent(side: Side): boolean {
    return this.#sent[side]
  }

  /** The highest bid for this side. */
  bestBid(side: Side): Level | undefined {
    const bids = this.#bids[side]
    return bids.size === 0 ? undefined : [bids.priceE4(0), bids.countE2(0)]
  }

  /** What this side costs at least, and how many contracts are offered at that. */
  bestAsk(side: Side): Level | undefined {
    const bid = this.bestBid(other(side))
    return bid && [dollarE4 - bid[0], bid[1]]
  }

  /** Best ask less best bid, the same for both sides; 0 when locked, negative when crossed. */
  get spreadE4(): number | undefined {
    const { yes, no } = this.#bids
    return yes.size === 0 || no.size === 0 ? undefined : dollarE4 - yes.bestE4 - no.bestE4
  }

  /** Half way between best bid and best ask of this side: an integer or an integer and a half. */
  midE4(side: Side): number | undefined {
    const { spreadE4 } = this
    return spreadE4 === undefined ? undefined : this.#bids[side].bestE4 + spreadE4 / 2
  }

  /** See `Crossing`; a book without bids on one side is clear. */
  get crossing(): Crossing {
    const sumE4 = this.#bids.yes.bestE4 + this.#bids.no.bestE4
    return sumE4 < dollarE4 ? 'clear' : sumE4 === dollarE4 ? 'locked' : 'crossed'
  }

  /** How many levels this side has. */
  levelCount(side: Side): number {
    return this.#bids[side].size
  }

  /** Bids of this side from the best one on, at most `count` levels. */
  topBids(side: Side, count = Infinity): Level[] {
    const bids = this.#bids[side]
    const top: Level[] = []
    for (let rank = 0; rank < bids.size && rank < count; rank += 1) {
      top.push([bids.priceE4(rank), bids.countE2(rank)])
    }
    return top
  }

  /** Contracts bid for this side at the best price and down to `withinE4` below it, both included. */
  depthE2(side: Side, withinE4: number): number {
    const bids = this.#bids[side]
    const lowestE4 = bids.bestE4 - withinE4
    let sumE2 = 0
    for (let rank = 0; rank < bids.size && bids.priceE4(rank) >= lowestE4; rank += 1)
      sumE2 += bids.countE2(rank)
    return sumE2
  }

  /** What a taker would get if it came now; the book does not change. */
  walk(taker: Taker): Walk {
    const { action, side } = taker
    return walkBids(this.#bids[action === 'buy' ? other(side) : side], taker)
  }
}

/** An order book to look at: all of `OrderBook` but what changes it. */
export type BookReader = Omit<OrderBook, 'applySnapshot' | 'applyDelta'>
