/** A seeded stream of pseudo-random draws: the same seed gives the same draws, on every machine. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** Uniform in [0, 1): the mulberry32 generator, whose 32 bits of state are ample for a market's noise. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A stream of its own, so that draws for one purpose do not shift those for another. */
  fork(): Random {
    return new Random(Math.floor(this.next() * 4_294_967_296))
  }

  /** Uniform integer in [from, to]. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T {
    const index = Math.floor(this.next() * list.length)
    for (const item of list.slice(index, index + 1)) return item
    throw new RangeError('nothing to pick from')
  }

  /** Two different ones of the list. */
  pickTwo<T>(list: readonly T[]): [T, T] {
    const first = this.pick(list)
    return [first, this.pick(list.filter((item) => item !== first))]
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next())
  }

  /** UUID in version 4 form. */
  uuid(): string {
    const bytes = Buffer.allocUnsafe(16)
    for (let offset = 0; offset < 16; offset += 4) bytes.writeUInt32BE(this.next() * 4_294_967_296, offset)
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
    // replace() makes one flat string; glued pieces would cost five times the memory in a long trade history.
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
  }
}
