import type { Position } from '@whalecast/events'
import type { OutFrame } from '@whalecast/fanout'
import { isAfter } from './place-order.ts'

/** Everything, or without what belongs to the account. */
export type LogForm = 'whole' | 'public'

/** An entry, or a hole before the next one, which has no data. */
type Entry<Data> = {
  readonly position: Position
  readonly frame: OutFrame
  /** Its frame for those who may not read all. */
  readonly open: OutFrame | null
  readonly data: Data | undefined
}

/**
 * The newest part of one log channel: what a new client is shown first, what a client that comes back has missed, and
 * where live continues. An epoch that changes empties the ring, unless the log provably goes on in it.
 */
export class LogRing<Data> {
  readonly #capacity: number
  #entries: Entry<Data>[] = []
  /** Where each epoch begins of which something is here, oldest first: all that came after the first of them is. */
  #eras: readonly Position[] = []
  /** The newest position that this log has come to, … */
  #head: Position | undefined
  /** … and the newest that clients know of. */
  #shown: Position | undefined

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** The newest position taken; undefined before the first. */
  get head(): Position | undefined {
    return this.#head
  }

  /** Whether a position was taken already. */
  has({ epoch, offset }: Position): boolean {
    return this.#head?.epoch === epoch && offset <= this.#head.offset
  }

  /** Whether all that came after a position is here. */
  covers({ epoch, offset }: Position): boolean {
    const era = this.#eras.findIndex((begin) => begin.epoch === epoch)
    const end = this.#eras[era + 1] ?? this.#head
    const begin = this.#eras[era]
    return begin !== undefined && end !== undefined && begin.offset <= offset && offset <= end.offset
  }

  /** The position that clients hold who have everything before this one: `prev` of its frame. */
  prevOf({ epoch, offset }: Position): number {
    return this.#shown?.epoch === epoch ? this.#shown.offset : offset - 1
  }

  /** Where the log stands, of which nothing is known yet. */
  begin(position: Position): void {
    if (this.#head) return
    this.#head = position
    this.#eras = [position]
  }

  /** An entry that clients are not shown as one. */
  pass(position: Position): void {
    if (this.#head?.epoch !== position.epoch) {
      this.#entries = []
      this.#eras = [{ epoch: position.epoch, offset: position.offset - 1 }]
    }
    this.#head = position
  }

  /** The log goes on in another epoch, and nothing was lost: `tell` makes a frame that says so, with the place in it. */
  continueIn(epoch: number, tell: (place: Position) => OutFrame): void {
    if (!this.#head) return
    const place = { epoch, offset: this.#head.offset }
    this.#head = place
    if (this.#shown) this.#shown = { epoch, offset: this.#shown.offset }
    this.#eras = [...this.#eras, place]
    const frame = tell(place)
    this.#add({ position: place, frame, open: frame, data: undefined })
  }

  /** An entry; `open` is its frame for those who may not read all, or null. */
  push(position: Position, frame: OutFrame, data: Data, open: OutFrame | null = frame): void {
    this.#moveTo(position)
    this.#add({ position, frame, open, data })
  }

  /** A hole before the next entry; `frame` says so to whoever is shown this part. */
  pushGap(next: Position, frame: OutFrame): void {
    const position = { epoch: next.epoch, offset: next.offset - 1 }
    this.#moveTo(position)
    this.#add({ position, frame, open: frame, data: undefined })
  }

  /** The newest `limit` frames, oldest first. */
  frames(limit: number): readonly OutFrame[] {
    return this.#newest(limit).map(({ frame }) => frame)
  }

  /** The place that the newest `limit` frames follow. */
  before(limit: number): Position | undefined {
    const [first] = this.#newest(limit)
    return first ? { epoch: first.position.epoch, offset: first.position.offset - 1 } : this.#head
  }

  /** The frames after a position that is covered, oldest first. */
  after(place: Position, form: LogForm): readonly OutFrame[] {
    const frames: OutFrame[] = []
    for (let index = this.#entries.length - 1; index >= 0; index -= 1) {
      const entry = this.#entries[index]
      if (!entry || !isAfter(entry.position, place)) break
      const frame = form === 'whole' ? entry.frame : entry.open
      if (frame) frames.push(frame)
    }
    return frames.toReversed()
  }

  /** The payloads, newest first. */
  newest(): readonly Data[] {
    return this.#entries.flatMap(({ data }) => (data === undefined ? [] : [data])).toReversed()
  }

  /** Without what only tells a place: the newest frames tell their own. */
  #newest(limit: number): readonly Entry<Data>[] {
    return this.#entries.filter(({ frame }) => frame.frameClass === 'log').slice(-limit)
  }

  #moveTo(position: Position): void {
    this.pass(position)
    this.#shown = position
  }

  #add(entry: Entry<Data>): void {
    this.#entries.push(entry)
    const gone = this.#entries.length > this.#capacity ? this.#entries.shift() : undefined
    if (gone) this.#eras = [gone.position, ...this.#eras.filter(({ epoch }) => epoch > gone.position.epoch)]
  }
}
