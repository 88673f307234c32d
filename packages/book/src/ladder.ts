/** The outcome a bid is for. */
export type Side = 'yes' | 'no'

/** Bids at one price: price in 1e-4 dollars, contracts in 1e-2. */
export type Level = readonly [priceE4: number, countE2: number]

/** Why a level cannot be taken: below nothing, or no price or count that a bid can have. */
export type Refusal = 'negative' | 'out_of_range'

/** What a contract pays, and the sum of a YES and a NO bid that match. */
export const dollarE4 = 10_000

/**
 * One past the largest count of a level: 5.4 billion contracts. With 39 bits for the count, a level of any
 * price under a dollar fits the 53 bits that a double holds exactly.
 */
const countLimitE2 = 2 ** 39

const priceOf = (level: number) => Math.floor(level / countLimitE2)
const isPrice = (priceE4: number) => Number.isInteger(priceE4) && priceE4 > 0 && priceE4 < dollarE4
const isChange = (countE2: number) => Number.isInteger(countE2) && Math.abs(countE2) < countLimitE2

/** Room beyond what is there now; most books keep about as many levels as their snapshot had. */
const roomFor = (levels: number) => levels + (levels >> 2) + 4

/**
 * The bids of one side, sparse, by price. A level is one double, `price * 2^39 + count`, and the levels stand
 * in one sorted array: one allocation a side, one array to search and to shift, and no object for the garbage
 * collector. The best bid is last, since changes are near it and shift little there.
 */
export class Ladder {
  #levels = new Float64Array(0)
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Price of the best bid; 0, which no bid has, when there is none. */
  get bestE4(): number {
    return this.#size === 0 ? 0 : this.priceE4(0)
  }

  /** Price of the level `rank` steps below the best one, which is rank 0. */
  priceE4(rank: number): number {
    return priceOf(this.#levels[this.#size - 1 - rank]!)
  }

  /** Count of the level `rank` steps below the best one. */
  countE2(rank: number): number {
    const level = this.#levels[this.#size - 1 - rank]!
    return level - priceOf(level) * countLimitE2
  }

  /** Adds to a level, or takes from it. A level that comes to nothing, or below, is gone. */
  add(priceE4: number, deltaE2: number): 'applied' | Refusal {
    if (!isPrice(priceE4) || !isChange(deltaE2)) return 'out_of_range'
    const floor = priceE4 * countLimitE2
    const at = this.#find(floor)
    const there = at < this.#size ? this.#levels[at]! - floor : countLimitE2
    const exists = there < countLimitE2
    const countE2 = (exists ? there : 0) + deltaE2
    if (countE2 >= countLimitE2) return 'out_of_range'
    if (countE2 > 0) {
      if (!exists) this.#openAt(at)
      this.#levels[at] = floor + countE2
      return 'applied'
    }
    if (exists) this.#closeAt(at)
    return countE2 < 0 ? 'negative' : 'applied'
  }

  /** Takes levels made by `packLevels` in place of its own. */
  replace(packed: Float64Array): void {
    const fits = packed.length <= this.#levels.length && this.#levels.length <= 4 * roomFor(packed.length)
    if (!fits) this.#levels = new Float64Array(roomFor(packed.length))
    this.#levels.set(packed)
    this.#size = packed.length
  }

  /** Index of the first level that is not below `floor`. */
  #find(floor: number): number {
    const levels = this.#levels
    let low = 0
    let high = this.#size
    while (low < high) {
      const middle = (low + high) >>> 1
      if (levels[middle]! < floor) low = middle + 1
      else high = middle
    }
    return low
  }

  // A loop, since so few levels lie above a change that calling `copyWithin` costs more than it saves.
  #openAt(at: number): void {
    if (this.#size === this.#levels.length) {
      const grown = new Float64Array(roomFor(this.#size + (this.#size >> 2)))
      grown.set(this.#levels)
      this.#levels = grown
    }
    const levels = this.#levels
    for (let index = this.#size; index > at; index -= 1) levels[index] = levels[index - 1]!
    this.#size += 1
  }

  #closeAt(at: number): void {
    const levels = this.#levels
    this.#size -= 1
    for (let index = at; index < this.#size; index += 1) levels[index] = levels[index + 1]!
  }
}

/** Levels in any order as a ladder holds them, without those of no contracts; or why they are none. */
export function packLevels(levels: readonly Level[]): Float64Array | Refusal | 'duplicate_price' {
  const packed = new Float64Array(levels.length)
  let size = 0
  for (const [priceE4, countE2] of levels) {
    if (!isPrice(priceE4) || !isChange(countE2)) return 'out_of_range'
    if (countE2 < 0) return 'negative'
    if (countE2 > 0) packed[size++] = priceE4 * countLimitE2 + countE2
  }
  const sorted = packed.subarray(0, size).toSorted()
  for (let index = 1; index < size; index += 1) {
    if (priceOf(sorted[index]!) === priceOf(sorted[index - 1]!)) return 'duplicate_price'
  }
  return sorted
}
