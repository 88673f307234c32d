import type { Position } from '@whalecast/events'
import type { OutFrame } from './out-frame.ts'

type Entry<Data> = { readonly frame: OutFrame; readonly data: Data | undefined }

/**
 * The newest part of one log channel: what a new client is shown first, and where live continues.
 * Entries of another epoch do not compare with these, so an epoch that changes empties the ring.
 */
export class LogRing<Data> {
  readonly #capacity: number
  #entries: Entry<Data>[] = []
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

  /** The position that clients hold who have everything before this one: `prev` of its frame. */
  prevOf({ epoch, offset }: Position): number {
    return this.#shown?.epoch === epoch ? this.#shown.offset : offset - 1
  }

  /** An entry that clients are not shown as one. */
  pass(position: Position): void {
    if (this.#head && this.#head.epoch !== position.epoch) this.#entries = []
    this.#head = position
  }

  push(position: Position, frame: OutFrame, data: Data): void {
    this.#moveTo(position)
    this.#add({ frame, data })
  }

  /** A hole before the next entry; `frame` says so to whoever is shown this part. */
  pushGap(next: Position, frame: OutFrame): void {
    this.#moveTo({ epoch: next.epoch, offset: next.offset - 1 })
    this.#add({ frame, data: undefined })
  }

  /** The newest `limit` frames, oldest first. */
  frames(limit: number): readonly OutFrame[] {
    return this.#entries.slice(-limit).map(({ frame }) => frame)
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
    if (this.#entries.length > this.#capacity) this.#entries.shift()
  }
}
