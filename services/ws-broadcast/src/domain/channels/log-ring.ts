import type { Position } from '@whalecast/events'
import type { OutFrame } from '@whalecast/fanout'
import { LogEntry } from './log-entry.ts'
import type { LogForm } from './log-form.ts'
import { isAfter } from '../continuity/place-order.ts'

/** A part of a log in one form, oldest first. Between two neighbours nothing of that form is missing. */
export type LogPart = {
  readonly frames: readonly OutFrame[]
  /** The place that the first frame follows; with none, the newest that is known of this form. */
  readonly after: Position | undefined
}

/**
 * The newest part of one log channel: what a new client is shown first, what a client that comes back has missed, and
 * where live continues. An epoch that changes empties the ring, unless the log provably goes on in it.
 */
export class LogRing<Data> {
  readonly #capacity: number
  #entries: LogEntry<Data>[] = []
  /** Where each epoch begins of which something is here, oldest first: all that came after the first of them is. */
  #eras: readonly Position[] = []
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

  /** Whether all that came after a position is here. */
  covers({ epoch, offset }: Position): boolean {
    const era = this.#eras.findIndex((begin) => begin.epoch === epoch)
    const end = this.#eras[era + 1] ?? this.#head
    const begin = this.#eras[era]
    return begin !== undefined && end !== undefined && begin.offset <= offset && offset <= end.offset
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

  push(entry: LogEntry<Data>): void {
    this.pass(entry.position)
    this.#add(entry)
  }

  /** The log goes on in another epoch, and nothing was lost: `tell` makes a frame that says so, with the place in it. */
  continueIn(epoch: number, tell: (place: Position) => OutFrame): void {
    if (!this.#head) return
    const place = { epoch, offset: this.#head.offset }
    this.#head = place
    this.#eras = [...this.#eras, place]
    this.#add(LogEntry.mark(place, tell(place)))
  }

  /** The newest `limit` entries of a form; behind them, if they are of an older epoch, the place in that of now. */
  newestOf(form: LogForm, limit: number): LogPart {
    return this.#part(form, (entry, taken) => (entry.isMark ? limit > 0 && taken === 0 : taken < limit))
  }

  /** What comes after a position that is covered, in one form; the first entry follows what the client `knows` of. */
  after(place: Position, form: LogForm, knows = place): readonly OutFrame[] {
    return this.#part(form, ({ position }) => isAfter(position, place), knows.offset).frames
  }

  /** The payloads, newest first. */
  newest(): readonly Data[] {
    return this.#entries.flatMap(({ data }) => (data === undefined ? [] : [data])).toReversed()
  }

  /** The newest of a form, as far back as `takes` says, each told as following the one before it. */
  #part(form: LogForm, takes: (entry: LogEntry<Data>, taken: number) => boolean, known = Infinity): LogPart {
    const part: LogEntry<Data>[] = []
    let [after] = this.#eras
    let taken = 0
    for (let index = this.#entries.length - 1; index >= 0; index -= 1) {
      const entry = this.#entries[index]
      if (!entry?.isOf(form)) continue
      const isTaken = takes(entry, taken)
      if (isTaken) part.push(entry)
      if (entry.isMark) continue
      taken += 1
      if (isTaken) continue
      after = entry.position
      break
    }
    let prev = Math.min(after?.offset ?? 0, known)
    const frames = part.toReversed().map((entry) => {
      const frame = entry.frameAfter(prev)
      if (!entry.isMark) prev = entry.position.offset
      return frame
    })
    return { frames, after }
  }

  #add(entry: LogEntry<Data>): void {
    this.#entries.push(entry)
    const gone = this.#entries.length > this.#capacity ? this.#entries.shift() : undefined
    if (gone) this.#eras = [gone.position, ...this.#eras.filter(({ epoch }) => epoch > gone.position.epoch)]
  }
}
