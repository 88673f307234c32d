import { Batch } from './batch.ts'
import type { OutFrame } from './frame.ts'

/** Why prints are not sent to a slow client: too much waits for it, or for all, or it takes nothing. */
export type ShedReason = 'buffer_bytes' | 'budget' | 'stalled'

/** Told about every frame that a client does not get. */
export type BacklogLosses = {
  conflated(channel: string): void
  shed(frames: number, reason: ShedReason): void
}

export type BacklogOptions = {
  /** Bytes that may wait here. What the socket itself holds comes on top and is bounded by one turn. */
  readonly limitBytes: number
  readonly losses: BacklogLosses
}

/**
 * Frames that wait because a client's socket takes no more, in order; a latest value replaces the one before it.
 * Above the limit tape is shed; what still does not fit is an overflow, and the client has to be closed.
 */
export class Backlog {
  readonly #options: BacklogOptions
  /** In order of insertion. Setting a latest key again keeps its place. */
  readonly #frames = new Map<string | number, OutFrame>()
  #bytes = 0
  #nextId = 0

  constructor(options: BacklogOptions) {
    this.#options = options
  }

  get bytes(): number {
    return this.#bytes
  }

  get isEmpty(): boolean {
    return this.#frames.size === 0
  }

  /** False: the limit is exceeded and nothing is left to shed. */
  hold(frame: OutFrame): boolean {
    const id = frame.frameClass === 'latest' ? frame.key : this.#nextId++
    const replaced = this.#frames.get(id)
    const kept = replaced ? (frame.whole ?? frame) : frame
    this.#frames.set(id, kept)
    this.#bytes += kept.bytes.length - (replaced?.bytes.length ?? 0)
    if (replaced) this.#options.losses.conflated(frame.key)
    if (this.#bytes > this.#options.limitBytes) this.shedTape('buffer_bytes')
    return this.#bytes <= this.#options.limitBytes
  }

  /** The oldest waiting frames, at least one if there is any, up to about `maxBytes`. */
  take(maxBytes: number): Batch {
    const frames: OutFrame[] = []
    let bytes = 0
    for (const [id, frame] of this.#frames) {
      if (frames.length > 0 && bytes + frame.bytes.length > maxBytes) break
      frames.push(frame)
      bytes += frame.bytes.length
      this.#frames.delete(id)
    }
    this.#bytes -= bytes
    return new Batch(frames)
  }

  shedTape(reason: ShedReason): void {
    let frames = 0
    for (const [id, frame] of this.#frames) {
      if (frame.frameClass !== 'tape') continue
      this.#frames.delete(id)
      this.#bytes -= frame.bytes.length
      frames += 1
    }
    if (frames > 0) this.#options.losses.shed(frames, reason)
  }
}
