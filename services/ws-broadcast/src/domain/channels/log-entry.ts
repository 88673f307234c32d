import type { Position } from '@whalecast/events'
import type { FrameEncoder, OutFrame } from '@whalecast/fanout'
import { facetsOfLog, type Facets } from './facets.ts'
import type { LogForm } from './log-form.ts'
import type { AnyLog } from './messages.ts'

export type LogEntryOptions<Data> = {
  readonly position: Position
  readonly facets: Facets
  readonly data: Data
  /** Makes the frame that names `prev` as the entry before it. */
  readonly frame: (prev: number) => OutFrame
}

/** Above this, forms in which an entry is seldom asked for have its frame made each time; the rest are at hand. */
const framesKept = 8

/**
 * An entry of a log, or a hole before the next one, which has no data and is told to everybody. Forms in which the same
 * entry stands before it share its frame.
 */
export class LogEntry<Data> {
  readonly position: Position
  readonly data: Data | undefined
  readonly #facets: Facets | undefined
  readonly #frame: (prev: number) => OutFrame
  readonly #frames = new Map<number, OutFrame>()

  #isMark = false

  private constructor(
    position: Position,
    frame: (prev: number) => OutFrame,
    entry?: Pick<LogEntryOptions<Data>, 'facets' | 'data'>,
  ) {
    this.position = position
    this.#frame = frame
    this.#facets = entry?.facets
    this.data = entry?.data
  }

  static of<Data>({ position, frame, facets, data }: LogEntryOptions<Data>): LogEntry<Data> {
    return new LogEntry<Data>(position, frame, { facets, data })
  }

  /** Tells the place in another epoch, between the entries: where the log goes on in it. It is no entry. */
  static mark<Data>(position: Position, frame: OutFrame): LogEntry<Data> {
    const mark = new LogEntry<Data>(position, () => frame)
    mark.#isMark = true
    return mark
  }

  static gap<Data>(position: Position, frame: OutFrame): LogEntry<Data> {
    return new LogEntry<Data>(position, () => frame)
  }

  get isMark(): boolean {
    return this.#isMark
  }

  isOf(form: LogForm): boolean {
    return this.#facets === undefined || form(this.#facets)
  }

  /** Its frame for those to whom `prev` is the entry before it. */
  frameAfter(prev: number): OutFrame {
    const known = this.#frames.get(prev)
    if (known) return known
    const made = this.#frame(prev)
    if (this.#frames.size < framesKept) this.#frames.set(prev, made)
    return made
  }
}

/** The entry of a message, whose payload is serialised once, whatever stands before it in the forms of its log. */
export function entryOf<Data>(encoder: FrameEncoder, message: AnyLog, data: Data): LogEntry<Data> {
  const { type, channel, position } = message
  const text = JSON.stringify(data)
  const frame = (prev: number) => encoder.encodeText({ type, channel, ...position, prev }, text, 'log')
  return LogEntry.of({ position, facets: facetsOfLog(message), data, frame })
}
