import type { OutFrame } from './frame.ts'

/** Frames in the order in which they are sent, joined at most once for all who get them. Never mutate either. */
export class Batch {
  readonly frames: readonly OutFrame[]
  /** Of the frames as they are made; who gets them in another format gets another number. */
  readonly bytes: number
  #joined: Buffer | undefined
  #formats: Map<string, Buffer> | undefined

  constructor(frames: readonly OutFrame[]) {
    this.frames = frames
    let bytes = 0
    for (const frame of frames) bytes += frame.bytes.length
    this.bytes = bytes
  }

  get count(): number {
    return this.frames.length
  }

  /** Everything in one buffer. */
  joined(): Buffer {
    const [first] = this.frames
    this.#joined ??=
      first && this.frames.length === 1
        ? first.bytes
        : Buffer.concat(
            this.frames.map(({ bytes }) => bytes),
            this.bytes,
          )
    return this.#joined
  }

  /** Everything in one buffer in another format, made when it is first asked for. */
  as(format: string, make: (batch: Batch) => Buffer): Buffer {
    const formats = (this.#formats ??= new Map())
    const known = formats.get(format)
    if (known) return known
    const made = make(this)
    formats.set(format, made)
    return made
  }
}
