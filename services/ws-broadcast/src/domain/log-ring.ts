import type { Position } from '@whalecast/events'
import type { OutFrame } from '@whalecast/fanout'

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
 * where live continues. Entries of another epoch do not compare with these, so an epoch that changes empties the ring.
 */
export class LogRing<Data> {
  readonly #capacity: number
  #entries: Entry<Data>[] = []
  /** All that came after it is here. */
  #floor: Position | undefined
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
  covers(position: Position): boolean {
    return this.has(position) && this.#floor !== undefined && this.#floor.offset <= position.offset
  }

  /** The position that clients hold who have everything before this one: `prev` of its frame. */
  prevOf({ epoch, offset }: Position): number {
    return this.#shown?.epoch === epoch ? this.#shown.offset : offset - 1
  }

  /** Where the log stands, of which nothing is known yet. */
  begin(position: Position): void {
    this.#head ??= position
    this.#floor ??= position
  }

  /** An entry that clients are not shown as one. */
  pass(position: Position): void {
    if (this.#head?.epoch !== position.epoch) {
      this.#entries = []
      this.#floor = { epoch: position.epoch, offset: position.offset - 1 }
    }
    this.#head = position
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
    return this.#entries.slice(-limit).map(({ frame }) => frame)
  }

  /** The place that the newest `limit` frames follow. */
  before(limit: number): Position | undefined {
    const first = this.#entries.at(-limit) ?? this.#entries[0]
    return first ? { epoch: first.position.epoch, offset: first.position.offset - 1 } : this.#head
  }

  /** The frames after a position that is covered, oldest first. */
  after({ offset }: Position, form: LogForm): readonly OutFrame[] {
    const frames: OutFrame[] = []
    for (let index = this.#entries.length - 1; index >= 0; index -= 1) {
      const entry = this.#entries[index]
      if (!entry || entry.position.offset <= offset) break
      const frame = form === 'whole' ? entry.frame : entry.open
      if (frame) frames.push(frame)
    }
    return frames.toReversed()
  }

  /** The payloads, newest first. */
  newest(): readonly Data[] {
    return this.#entries.flatMap(({ data }) => (data === undefined ? [] : [data])).toReversed()
  }

  #moveTo(position: Position): void {
    this.pass(position)
    this.#shown = position
  }

  #add(entry: Entry<Data>): void {
    this.#entries.push(entry)
    if (this.#entries.length > this.#capacity) this.#floor = this.#entries.shift()?.position
  }
}
