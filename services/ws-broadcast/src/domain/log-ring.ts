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
  #head: Position | undefined

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

  /** The newest `limit` payloads, newest first. */
  newest(limit: number): readonly Data[] {
    return this.#entries
      .flatMap(({ data }) => (data === undefined ? [] : [data]))
      .slice(-limit)
      .toReversed()
  }

  #moveTo(position: Position): void {
    if (this.#head && this.#head.epoch !== position.epoch) this.#entries = []
    this.#head = position
  }

  #add(entry: Entry<Data>): void {
    this.#entries.push(entry)
    if (this.#entries.length > this.#capacity) this.#entries.shift()
  }
}
