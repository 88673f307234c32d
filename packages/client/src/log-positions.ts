import { parseChannel, wireChannels, type Envelope, type Position } from '@whalecast/events/wire'

/** What is not proved to have been delivered: offsets `from` to `to` of the epoch, inclusive. */
export type MissedRange = {
  readonly channel: string
  readonly epoch: number
  readonly from: number
  readonly to: number
  /**
   * `sequence`: the frame before this one never came. `epoch_changed`: the log began anew; the range is the
   * missed start of the new one (empty when `to` < `from`), and the end of the old one cannot be proved.
   */
  readonly reason: 'sequence' | 'epoch_changed'
}

/** What a frame means for its log channel. A channel that is no log always answers `fresh` without a gap. */
export type PlaceVerdict =
  | { readonly type: 'fresh'; readonly missed: MissedRange | null }
  | { readonly type: 'duplicate' }

type Placed = Envelope & { readonly channel: string } & Position

/**
 * The client's place in every log channel. It outlives connections, so what was published while the client
 * was away is noticed too; it is forgotten when the client gives a channel up.
 */
export class LogPositions {
  readonly #positions = new Map<string, Position>()

  /** Judges a frame and moves on: a hole is told once, a frame already seen is a duplicate. */
  take(frame: Envelope): PlaceVerdict {
    if (!isPlaced(frame)) return { type: 'fresh', missed: null }
    const { channel, epoch, offset } = frame
    const held = this.#positions.get(channel)
    if (held?.epoch === epoch && offset <= held.offset) {
      // A replay is a summary, repeated at every connect; it carries no entry of its own.
      return frame.type === 'history_replay' ? { type: 'fresh', missed: null } : { type: 'duplicate' }
    }
    this.#positions.set(channel, { epoch, offset })
    return { type: 'fresh', missed: held === undefined ? null : missedBefore(frame, held) }
  }

  /** Takes the server's word that everything up to an offset will not come any more. */
  skip(channel: string, to: Position): void {
    const held = this.#positions.get(channel)
    if (held?.epoch === to.epoch && held.offset >= to.offset) return
    this.#positions.set(channel, { epoch: to.epoch, offset: to.offset })
  }

  forget(channel: string): void {
    this.#positions.delete(channel)
  }
}

function missedBefore(frame: Placed, held: Position): MissedRange | null {
  const { channel, epoch } = frame
  // Without `prev` nothing is claimed, except by a replay: it skips what it does not list.
  const prev = frame.prev ?? (frame.type === 'history_replay' ? frame.offset : undefined)
  if (held.epoch !== epoch) return { channel, epoch, from: 1, to: prev ?? 0, reason: 'epoch_changed' }
  if (prev === undefined || prev <= held.offset) return null
  return { channel, epoch, from: held.offset + 1, to: prev, reason: 'sequence' }
}

function isPlaced(frame: Envelope): frame is Placed {
  if (frame.channel === undefined || frame.epoch === undefined || frame.offset === undefined) return false
  const known = parseChannel(frame.channel)
  return known === undefined || wireChannels[known.name].class === 'log'
}
