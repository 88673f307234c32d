import type { Position } from '@whalecast/events'
import type { OutFrame } from '@whalecast/fanout'
import type { Addressed } from './messages.ts'
import type { Facets } from './facets.ts'
import type { LogEntry } from './log-entry.ts'
import type { LogForm } from './log-form.ts'
import { LogRing, type LogPart } from './log-ring.ts'

/** A feed of the log, and the newest entry that its listeners know of. */
type Line = { readonly form: LogForm; last: Position | undefined }

/**
 * One log and the feeds on which it is heard. On each feed an entry names the one before it of the same feed, so what
 * is not for its listeners leaves no hole, and what is and does not come does.
 */
export class LogChannel<Data> {
  readonly #ring: LogRing<Data>
  readonly #lines = new Map<string, Line>()

  constructor(capacity: number) {
    this.#ring = new LogRing(capacity)
  }

  get head(): Position | undefined {
    return this.#ring.head
  }

  has(position: Position): boolean {
    return this.#ring.has(position)
  }

  covers(position: Position): boolean {
    return this.#ring.covers(position)
  }

  begin(position: Position): void {
    this.#ring.begin(position)
  }

  /** A feed has its first listener. */
  open(feed: string, form: LogForm): void {
    if (this.#lines.has(feed)) return
    const { head } = this.#ring
    const { after } = this.#ring.newestOf(form, 0)
    // In the epoch of now: what is held of an older one goes on in it.
    this.#lines.set(feed, { form, last: after && head && { epoch: head.epoch, offset: after.offset } })
  }

  /** Nobody listens to a feed any more. */
  close(feed: string): void {
    this.#lines.delete(feed)
  }

  /** The form of a feed that somebody listens to. */
  formOf(feed: string): LogForm | undefined {
    return this.#lines.get(feed)?.form
  }

  /** The frames of a new entry, for each feed that it is of. */
  take(entry: LogEntry<Data>): readonly Addressed[] {
    this.#ring.push(entry)
    const made: Addressed[] = []
    for (const [channel, line] of this.#lines) {
      const prev = lastIn(line, entry.position)
      if (!entry.isOf(line.form)) continue
      line.last = entry.position
      made.push({ channel, frame: entry.frameAfter(prev) })
    }
    return made
  }

  /** The log goes on in another epoch, and nothing was lost: `tell` makes a frame that says so, with the place in it. */
  continueIn(epoch: number, tell: (place: Position) => OutFrame): void {
    this.#ring.continueIn(epoch, tell)
    for (const line of this.#lines.values()) if (line.last) line.last = { epoch, offset: line.last.offset }
  }

  /** What happens live and is no entry to clients: its frame for the feeds that let it through. */
  show(position: Position, facets: Facets, frame: OutFrame): readonly Addressed[] {
    this.#ring.pass(position)
    const made: Addressed[] = []
    for (const [channel, line] of this.#lines) {
      lastIn(line, position)
      if (line.form(facets)) made.push({ channel, frame })
    }
    return made
  }

  /** The newest entries of a form. */
  newestOf(form: LogForm, limit: number): LogPart {
    return this.#ring.newestOf(form, limit)
  }

  after(place: Position, form: LogForm, knows = place): readonly OutFrame[] {
    return this.#ring.after(place, form, knows)
  }

  /** The payloads, newest first. */
  newest(): readonly Data[] {
    return this.#ring.newest()
  }
}

/** The offset of the newest entry before a position; in a new epoch, that of its beginning here. */
function lastIn(line: Line, { epoch, offset }: Position): number {
  if (line.last?.epoch !== epoch) line.last = { epoch, offset: offset - 1 }
  return line.last.offset
}
