import type { OutFrame } from './out-frame.ts'

/**
 * An immutable sequence of frames. Within one turn sequences grow from one shared empty batch, and equal
 * sequences are the same object: all clients whose queues are equal share one concatenation.
 */
export class Batch {
  readonly bytes: number
  readonly count: number
  readonly #before: Batch | undefined
  readonly #frame: OutFrame | undefined
  #nextFrame: OutFrame | undefined
  #next: Batch | undefined
  /** Further continuations, where clients of one turn differ. */
  #others: Map<OutFrame, Batch> | undefined
  #joined: Buffer | undefined

  constructor(before?: Batch, frame?: OutFrame) {
    this.#before = before
    this.#frame = frame
    this.bytes = (before?.bytes ?? 0) + (frame?.bytes.length ?? 0)
    this.count = (before?.count ?? 0) + (frame ? 1 : 0)
  }

  /** This sequence and one frame more; the same answer for the same frame. */
  with(frame: OutFrame): Batch {
    if (this.#next && this.#nextFrame === frame) return this.#next
    const known = this.#others?.get(frame)
    if (known) return known
    const next = new Batch(this, frame)
    if (this.#next) {
      this.#others ??= new Map()
      this.#others.set(frame, next)
    } else {
      this.#nextFrame = frame
      this.#next = next
    }
    return next
  }

  /** Oldest first. */
  frames(): readonly OutFrame[] {
    const frames: OutFrame[] = []
    this.#collect(frames)
    return frames
  }

  /** Everything in one buffer, made at most once. Never mutate it. */
  joined(): Buffer {
    this.#joined ??=
      this.count === 1 && this.#frame
        ? this.#frame.bytes
        : Buffer.concat(
            this.frames().map(({ bytes }) => bytes),
            this.bytes,
          )
    return this.#joined
  }

  #collect(into: OutFrame[]): void {
    let at: Batch | undefined = this.#before
    if (this.#frame) into.push(this.#frame)
    while (at) {
      if (at.#frame) into.push(at.#frame)
      at = at.#before
    }
    into.reverse()
  }
}
