type Waiting<Event> = {
  readonly resolve: (result: IteratorResult<Event, undefined>) => void
  readonly reject: (error: unknown) => void
}

/**
 * What was received and not yet pulled, oldest first, in a ring that doubles when full. The owner bounds it by
 * `size` and `chars`; `onPull` is called after each event that leaves the ring.
 *
 * States: open → (`discard`) refusing → (`end`) ended; `end` alone lets what is queued be pulled first.
 */
export class EventQueue<Event> {
  #ring: (Event | undefined)[] = Array.from({ length: 64 })
  #head = 0
  #size = 0
  #chars = 0
  #refusing = false
  #ended = false
  #failure: { readonly error: unknown } | undefined
  readonly #waiting: Waiting<Event>[] = []
  readonly #charsOf: (event: Event) => number
  readonly #onPull: () => void

  constructor(charsOf: (event: Event) => number, onPull: () => void) {
    this.#charsOf = charsOf
    this.#onPull = onPull
  }

  get size(): number {
    return this.#size
  }

  /** Length of all queued text. */
  get chars(): number {
    return this.#chars
  }

  push(event: Event): void {
    if (this.#refusing) return
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) {
      waiting.resolve({ done: false, value: event })
      return
    }
    if (this.#size === this.#ring.length) this.#grow()
    this.#ring[(this.#head + this.#size) & (this.#ring.length - 1)] = event
    this.#size += 1
    this.#chars += this.#charsOf(event)
  }

  /** Resolves at once while anything is queued. */
  next(): Promise<IteratorResult<Event, undefined>> {
    const value = this.#shift()
    if (value !== undefined) return Promise.resolve({ done: false, value })
    if (!this.#ended) return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
    const failure = this.#failure
    this.#failure = undefined
    return failure === undefined
      ? Promise.resolve({ done: true, value: undefined })
      : Promise.reject(failure.error)
  }

  /** Drops what is queued and takes nothing more. Whoever waits goes on waiting for `end`. */
  discard(): void {
    this.#refusing = true
    this.#ring = []
    this.#size = 0
    this.#chars = 0
  }

  /** After what is queued comes the end: a quiet one, or once the given failure. */
  end(failure?: { readonly error: unknown }): void {
    if (this.#ended) return
    this.#refusing = true
    this.#ended = true
    const [first, ...others] = this.#waiting.splice(0)
    if (first === undefined) this.#failure = failure
    else if (failure === undefined) first.resolve({ done: true, value: undefined })
    else first.reject(failure.error)
    for (const waiting of others) waiting.resolve({ done: true, value: undefined })
  }

  #shift(): Event | undefined {
    if (this.#size === 0) return undefined
    const event = this.#ring[this.#head]
    if (event === undefined) return undefined
    this.#ring[this.#head] = undefined
    this.#head = (this.#head + 1) & (this.#ring.length - 1)
    this.#size -= 1
    this.#chars -= this.#charsOf(event)
    this.#onPull()
    return event
  }

  #grow(): void {
    const length = this.#ring.length
    const grown: (Event | undefined)[] = Array.from({ length: length * 2 })
    for (let i = 0; i < length; i += 1) grown[i] = this.#ring[(this.#head + i) & (length - 1)]
    this.#ring = grown
    this.#head = 0
  }
}
