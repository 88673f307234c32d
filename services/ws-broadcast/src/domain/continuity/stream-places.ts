import type { Position, Positions } from '@whalecast/events'
import type { OutFrame } from '@whalecast/fanout'
import type { LogName } from '../channels/messages.ts'

/** What a frame says about a client's place in the logs. */
export type Mark =
  /** It is at this place of a log: an entry, or what could not be had before it. */
  | { readonly says: 'at'; readonly channel: string; readonly position: Position }
  /** Where a client begins that has no place yet. */
  | { readonly says: 'begins'; readonly positions: Positions }
  /** Which channels are on, and where those go on that it came back to. */
  | { readonly says: 'on'; readonly channels: readonly string[]; readonly resumed: Positions }
  /** Everything up to here was sent, of what is on. */
  | { readonly says: 'proven'; readonly positions: Positions }
  /** It is to come back to another replica in so long. */
  | { readonly says: 'leaves'; readonly inMs: number }

/** What a frame says about places; undefined when nothing. */
export function markOf({ type, frameClass, bytes, headerBytes }: OutFrame): Mark | undefined {
  if (frameClass !== 'log' && frameClass !== 'control') return undefined
  const { channel, epoch, offset, data } = JSON.parse(bytes.subarray(headerBytes).toString())
  switch (type) {
    case 'connection':
      return { says: 'begins', positions: data.positions }
    case 'subscribed':
      return { says: 'on', channels: data.channels, resumed: data.resumed ?? {} }
    case 'ping':
      return { says: 'proven', positions: data.positions }
    case 'goaway':
      return { says: 'leaves', inMs: data.reconnect_after_ms }
    case 'gap':
      return { says: 'at', channel, position: { epoch: data.epoch, offset: data.to } }
    default:
      return epoch === undefined ? undefined : { says: 'at', channel, position: { epoch, offset } }
  }
}

/** Where one client of an event stream stands in its logs: what it shows again when it comes back. */
export class StreamPlaces {
  readonly #logs: ReadonlySet<string>
  readonly #places: Map<string, Position>
  #on: ReadonlySet<string> = new Set()

  /** `resume`: the places that it came back with. */
  constructor(logs: readonly LogName[], resume: Positions) {
    this.#logs = new Set(logs)
    this.#places = new Map(Object.entries(resume))
  }

  take(marks: readonly Mark[]): void {
    for (const mark of marks) this.#take(mark)
  }

  /** `whales.3.1234,feed.3.7`: log, epoch, offset. A log that has not begun is left out. */
  get id(): string {
    return [...this.#places]
      .filter(([channel, { epoch }]) => this.#logs.has(channel) && epoch > 0)
      .map(([channel, { epoch, offset }]) => `${channel}.${epoch}.${offset}`)
      .join(',')
  }

  #take(mark: Mark): void {
    switch (mark.says) {
      case 'at':
        this.#places.set(mark.channel, mark.position)
        return
      case 'begins':
        for (const [channel, position] of Object.entries(mark.positions))
          if (!this.#places.has(channel)) this.#places.set(channel, position)
        return
      case 'on':
        this.#on = new Set(mark.channels)
        this.#move(Object.entries(mark.resumed))
        return
      case 'proven':
        // A log that it is still being led back into is not on yet: there, less was sent.
        this.#move(Object.entries(mark.positions).filter(([channel]) => this.#on.has(channel)))
        return
      case 'leaves':
    }
  }

  #move(places: readonly (readonly [string, Position])[]): void {
    for (const [channel, { epoch, offset }] of places) this.#places.set(channel, { epoch, offset })
  }
}

const entry = /^([a-z][a-z_]{0,31})\.(\d{1,15})\.(\d{1,15})$/

/** Reads what `id` has written; undefined when it is something else. */
export function parsePlaces(text: string): Positions | undefined {
  const places: Positions = {}
  for (const word of text.split(',')) {
    const [, channel, epoch, offset] = entry.exec(word) ?? []
    if (channel === undefined || Object.hasOwn(places, channel)) return undefined
    places[channel] = { epoch: Number(epoch), offset: Number(offset) }
  }
  return places
}
