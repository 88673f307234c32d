import type { Place } from './history.ts'

/** An entry whose place in the log is known. */
export type Entry = {
  readonly id: string
  readonly views: readonly string[] | undefined
  acknowledged: boolean
}

type Offer = { readonly views: readonly string[] | undefined; place: Place | undefined }
type Epoch = { readonly entries: Map<number, Entry>; top: number; floor: number }

/** What came of the claim that an entry stands at a place. */
export type Placing =
  | { readonly type: 'known' | 'new'; readonly entry: Entry }
  | { readonly type: 'misplaced'; readonly held: string }
  | { readonly type: 'invented' }
  /** So long ago that it is forgotten. */
  | { readonly type: 'forgotten' }

/** What is known of one log: what was offered, and what stands where. It remembers the newest `window` of each. */
export class LogTruth {
  readonly #window: number
  readonly #offers = new Map<string, Offer>()
  readonly #epochs = new Map<number, Epoch>()
  /** Places in the order in which they became known, for forgetting the oldest. */
  #known: Place[] = []
  #forgotten = 0
  #offersForgotten = false

  constructor(window: number) {
    this.#window = window
  }

  /** How much is remembered. */
  get size(): number {
    return this.#offers.size + this.#known.length - this.#forgotten
  }

  offer(id: string, views: readonly string[] | undefined): void {
    this.#offers.set(id, { views, place: undefined })
    if (this.#offers.size <= this.#window) return
    for (const oldest of this.#offers.keys()) {
      this.#offers.delete(oldest)
      this.#offersForgotten = true
      return
    }
  }

  /** Takes word that an entry stands at a place. */
  place(id: string, { epoch, offset }: Place): Placing {
    const of = this.#epoch(epoch)
    const held = of.entries.get(offset)
    if (held) return held.id === id ? { type: 'known', entry: held } : { type: 'misplaced', held: held.id }
    if (offset <= of.floor) return { type: 'forgotten' }
    const offer = this.#offers.get(id)
    if (!offer) return { type: this.#offersForgotten ? 'forgotten' : 'invented' }
    if (offer.place) return { type: 'misplaced', held: `${offer.place.epoch}:${offer.place.offset}` }
    offer.place = { epoch, offset }
    const entry = { id, views: offer.views, acknowledged: false }
    of.entries.set(offset, entry)
    of.top = Math.max(of.top, offset)
    this.#known.push({ epoch, offset })
    this.#forget()
    return { type: 'new', entry }
  }

  /** The highest offset known of an epoch; 0 when there is none. */
  top(epoch: number): number {
    return this.#epochs.get(epoch)?.top ?? 0
  }

  /** Up to where an epoch is forgotten. */
  floor(epoch: number): number {
    return this.#epochs.get(epoch)?.floor ?? 0
  }

  /** Epochs later than this one, in order. */
  after(epoch: number): readonly number[] {
    return [...this.#epochs.keys()].filter((other) => other > epoch).toSorted((a, b) => a - b)
  }

  /** The known entries of these offsets, both included. */
  *between(epoch: number, from: number, to: number): Generator<readonly [number, Entry]> {
    const entries = this.#epochs.get(epoch)?.entries
    if (!entries || to < from) return
    if (to - from > entries.size) {
      for (const [offset, entry] of entries) if (offset >= from && offset <= to) yield [offset, entry]
      return
    }
    for (let offset = from; offset <= to; offset += 1) {
      const entry = entries.get(offset)
      if (entry) yield [offset, entry]
    }
  }

  #epoch(epoch: number): Epoch {
    const of = this.#epochs.get(epoch) ?? { entries: new Map(), top: 0, floor: 0 }
    this.#epochs.set(epoch, of)
    return of
  }

  #forget(): void {
    while (this.#known.length - this.#forgotten > this.#window) {
      const { epoch, offset } = this.#known[this.#forgotten]!
      const of = this.#epoch(epoch)
      of.entries.delete(offset)
      of.floor = Math.max(of.floor, offset)
      this.#forgotten += 1
    }
    // Shifting a long array for each entry is slow.
    if (this.#forgotten <= this.#window) return
    this.#known = this.#known.slice(this.#forgotten)
    this.#forgotten = 0
  }
}
