import { Batch } from './batch.ts'
import type { OutFrame } from './out-frame.ts'

/** Told about every frame that a client does not get. */
export type OutboxLosses = {
  conflated(channel: string): void
  shed(frames: number, reason: 'buffer_bytes' | 'stalled'): void
}

export type OutboxOptions = {
  /** Bytes that may wait here. What the socket itself holds comes on top and is bounded by one turn. */
  readonly limitBytes: number
  readonly losses: OutboxLosses
}

/**
 * What waits for one client: references to shared frames, in order.
 *
 * flowing: frames of the turn form a shared batch, taken whole at the end of the turn.
 * backed up: the socket takes no more, so frames wait in a private backlog, where a latest value replaces
 * the one before it. Above the limit tape is shed; what still does not fit is an overflow, and the client
 * has to be closed. It flows again once the backlog is empty.
 */
export class Outbox {
  readonly #options: OutboxOptions
  #turn: Batch | undefined
  /** In order of insertion. Setting a latest key again keeps its place. */
  readonly #backlog = new Map<string | number, OutFrame>()
  #backlogBytes = 0
  #nextId = 0

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  get bytes(): number {
    return (this.#turn?.bytes ?? 0) + this.#backlogBytes
  }

  get backedUp(): boolean {
    return this.#backlog.size > 0
  }

  /** False: the limit is exceeded and nothing is left to shed. `empty` is the turn's shared empty batch. */
  push(frame: OutFrame, empty: Batch): boolean {
    if (this.backedUp) return this.#hold(frame)
    this.#turn = (this.#turn ?? empty).with(frame)
    return true
  }

  /** The turn's frames, to be written now. */
  takeTurn(): Batch | undefined {
    const turn = this.#turn
    this.#turn = undefined
    return turn
  }

  /** The socket cannot take the turn's frames: they wait. False as in `push`. */
  holdTurn(): boolean {
    return (this.takeTurn()?.frames() ?? []).every((frame) => this.#hold(frame))
  }

  /** The oldest waiting frames, at least one, up to about `maxBytes`. */
  takeBacklog(maxBytes: number): Batch | undefined {
    let batch: Batch | undefined
    for (const [id, frame] of this.#backlog) {
      if (batch && batch.bytes + frame.bytes.length > maxBytes) break
      batch = (batch ?? new Batch()).with(frame)
      this.#backlog.delete(id)
      this.#backlogBytes -= frame.bytes.length
    }
    return batch
  }

  shedTape(reason: 'buffer_bytes' | 'stalled'): void {
    let frames = 0
    for (const [id, frame] of this.#backlog) {
      if (frame.frameClass !== 'tape') continue
      this.#backlog.delete(id)
      this.#backlogBytes -= frame.bytes.length
      frames += 1
    }
    if (frames > 0) this.#options.losses.shed(frames, reason)
  }

  #hold(frame: OutFrame): boolean {
    const id = frame.frameClass === 'latest' ? frame.key : this.#nextId++
    const replaced = this.#backlog.get(id)
    const kept = replaced ? (frame.whole ?? frame) : frame
    this.#backlog.set(id, kept)
    this.#backlogBytes += kept.bytes.length - (replaced?.bytes.length ?? 0)
    if (replaced) this.#options.losses.conflated(frame.key)
    if (this.#backlogBytes > this.#options.limitBytes) this.shedTape('buffer_bytes')
    return this.#backlogBytes <= this.#options.limitBytes
  }
}
