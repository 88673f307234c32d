/**
 * An async iterable with a bounded memory. A reader that falls behind loses the oldest frames, and `dropped`
 * says how many; the others never wait for it. One reader at a time.
 */
export class FrameStream<Frame extends object> implements AsyncIterableIterator<Frame> {
  readonly #capacity: number
  readonly #onReturn: () => void
  readonly #waiting: ((result: IteratorResult<Frame, undefined>) => void)[] = []
  #buffer: Frame[] = []
  /** Index of the oldest frame in the buffer: shifting an array of thousands for each frame is slow. */
  #head = 0
  #ended = false
  #dropped = 0

  constructor(capacity: number, onReturn: () => void) {
    this.#capacity = capacity
    this.#onReturn = onReturn
  }

  /** Frames that the reader was too slow for. */
  get dropped(): number {
    return this.#dropped
  }

  push(frame: Frame): void {
    if (this.#ended) return
    const reader = this.#waiting.shift()
    if (reader) {
      reader({ done: false, value: frame })
      return
    }
    if (this.#buffer.length - this.#head >= this.#capacity) {
      this.#head += 1
      this.#dropped += 1
    }
    this.#buffer.push(frame)
    this.#compact()
  }

  /** No more frames come: the reader gets what is buffered, then the end. */
  end(): void {
    this.#ended = true
    for (const reader of this.#waiting.splice(0)) reader({ done: true, value: undefined })
  }

  next(): Promise<IteratorResult<Frame, undefined>> {
    const value = this.#buffer[this.#head]
    if (value !== undefined) {
      this.#head += 1
      this.#compact()
      return Promise.resolve({ done: false, value })
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** The reader leaves: buffered frames are let go. */
  return(): Promise<IteratorResult<Frame, undefined>> {
    this.#buffer = []
    this.#head = 0
    this.end()
    this.#onReturn()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #compact(): void {
    if (this.#head < 1_024 && this.#head < this.#buffer.length) return
    this.#buffer = this.#buffer.slice(this.#head)
    this.#head = 0
  }
}
