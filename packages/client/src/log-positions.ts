import { parseChannel, wireChannels, type Envelope, type Position } from '@whalecast/events/wire'

/** What is not proved to have been delivered: offsets `from` to `to` of the epoch, inclusive. */
export type MissedRange = {
  readonly channel: string
  readonly epoch: number
  readonly from: number
  readonly to: number
  /**
   * `sequence`: the frame before this one never came. `epoch_changed`: the log began anew; the range is the
   * missed start of the new one, and the end of the old one cannot be proved.
   * `not_recovered`: the server said that it could not send all that was missed, and not what.
   */
  readonly reason: 'sequence' | 'epoch_changed' | 'not_recovered'
}

/** What a frame means for its log channel. A channel that is no log always answers `fresh` without a gap. */
export type PlaceVerdict =
  | { readonly type: 'fresh'; readonly missed: MissedRange | null }
  | { readonly type: 'duplicate' }

type Placed = Envelope & { readonly channel: string } & Position

type Place = {
  readonly epoch: number
  /** The newest entry handed out; 0 before the first. Whatever is not above it came before. */
  readonly seen: number
  /** Up to here everything came or was told lost, whether or not any of it was for this client. */
  readonly proven: number
  /** Whether live goes on right after `proven`; before that is known, what comes first leaves no hole. */
  readonly settled: boolean
}

const fresh = (missed: MissedRange | null = null): PlaceVerdict => ({ type: 'fresh', missed })

/**
 * The client's place in every log channel. It outlives connections, so what was published while the client was away
 * can be asked for, and is noticed when it does not come; it is forgotten when the client gives a channel up.
 */
export class LogPositions {
  readonly #places = new Map<string, Place>()

  /** `held`: places from an earlier life of the program; everything up to them was handed out then. */
  constructor(held: Readonly<Record<string, Position>> = {}) {
    for (const [channel, { epoch, offset }] of Object.entries(held))
      this.#places.set(channel, { epoch, seen: offset, proven: offset, settled: true })
  }

  /** Judges a frame and moves on: a hole is told once, a frame already seen is a duplicate. */
  take(frame: Envelope): PlaceVerdict {
    if (!isPlaced(frame)) return fresh()
    const { channel, epoch, offset } = frame
    const held = this.#places.get(channel)
    const same = held?.epoch === epoch
    if (same && offset <= held.seen) {
      // A replay is a summary, repeated at every connect; it carries no entry of its own.
      return frame.type === 'history_replay' ? fresh() : { type: 'duplicate' }
    }
    const proven = same ? Math.max(held.proven, offset) : offset
    this.#places.set(channel, { epoch, seen: offset, proven, settled: true })
    return fresh(held?.settled ? missedBefore(frame, held) : null)
  }

  /** A channel without a place begins at or after this one: the place to ask from when nothing of it is heard. */
  begin(channel: string, { epoch, offset }: Position): void {
    if (!this.#places.has(channel))
      this.#places.set(channel, { epoch, seen: 0, proven: offset, settled: false })
  }

  /** Takes the server's word that everything up to a position was sent before, or told lost. */
  prove(channel: string, { epoch, offset }: Position): void {
    const held = this.#places.get(channel)
    const same = held?.epoch === epoch
    const proven = same ? Math.max(held.proven, offset) : offset
    this.#places.set(channel, { epoch, seen: same ? held.seen : 0, proven, settled: true })
  }

  /** Takes the server's word that a range is lost; answers what of it was not handed out, null for none of it. */
  lose<Range extends Omit<MissedRange, 'reason'>>(range: Range): Range | null {
    const { channel, epoch, from, to } = range
    const held = this.#places.get(channel)
    const same = held?.epoch === epoch
    // An empty range tells of another epoch; told once, it tells nothing more.
    if (same && to <= held.seen) return null
    this.#places.set(channel, {
      epoch,
      seen: same ? held.seen : 0,
      proven: same ? Math.max(held.proven, to) : to,
      settled: true,
    })
    return same && from <= held.seen ? { ...range, from: held.seen + 1 } : range
  }

  /** Where the client stands: a server that knows it goes on from there. */
  of(channel: string): Position | undefined {
    const held = this.#places.get(channel)
    return held && { epoch: held.epoch, offset: held.proven }
  }

  forget(channel: string): void {
    this.#places.delete(channel)
  }
}

function missedBefore(frame: Placed, held: Place): MissedRange | null {
  const { channel, epoch } = frame
  // Without `prev` nothing is claimed, except by a replay: it skips what it does not list.
  const prev = frame.prev ?? (frame.type === 'history_replay' ? frame.offset : undefined)
  if (prev === undefined) return null
  // A log that begins anew is followed from its first entry, one that kept its entries from the place that is held; a
  // server that does not know the end of the old epoch says so.
  if (held.epoch !== epoch)
    return prev === 0 || prev === held.proven
      ? null
      : { channel, epoch, from: 1, to: prev, reason: 'epoch_changed' }
  if (prev <= held.proven) return null
  return { channel, epoch, from: held.proven + 1, to: prev, reason: 'sequence' }
}

function isPlaced(frame: Envelope): frame is Placed {
  if (frame.channel === undefined || frame.epoch === undefined || frame.offset === undefined) return false
  const known = parseChannel(frame.channel)
  return known === undefined || wireChannels[known.name].class === 'log'
}
