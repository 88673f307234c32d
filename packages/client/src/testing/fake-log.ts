import type { Position } from '@whalecast/events/wire'

/** The same throws of the dice at each run. */
export function dice(seed: number): {
  readonly chance: (part: number) => boolean
  readonly below: (limit: number) => number
} {
  let state = seed * 2_654_435_761
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
  return { chance: (part) => next() < part, below: (limit) => Math.floor(next() * limit) }
}

/** An entry of the log; `size` is what a filter looks at. */
export type Entry = Position & { readonly size: number }

export type FakeLogOptions = {
  /** How many entries it can send again. */
  readonly capacity: number
  /** What the client's filter asks for. */
  readonly minSize: number
}

/**
 * A server's log channel and one client's connection to it, in memory: what it says, in order, lies in `out` until the
 * test delivers it or cuts the connection. It keeps the promises of the protocol and no others.
 */
export class FakeLog {
  readonly out: string[] = []
  readonly published: Entry[] = []
  readonly #options: FakeLogOptions
  #epoch = 1
  #offset = 0
  #ring: Entry[] = []
  /** All that came after it can be sent again. */
  #floor = 0
  #listening = false
  /** The place up to which everything was said or told lost. */
  #said = 0
  /** Entries that were left out on this connection. */
  readonly #left = new Set<Entry>()
  /** Whether the client was told a place in this log. */
  #placed = false
  /** Frames left out since; the next one shows it by its `prev`. */
  #holed = false

  constructor(options: FakeLogOptions) {
    this.#options = options
  }

  get head(): Position {
    return { epoch: this.#epoch, offset: this.#offset }
  }

  publish(size: number): void {
    this.#offset += 1
    const entry = { ...this.head, size }
    this.published.push(entry)
    this.#ring.push(entry)
    if (this.#ring.length > this.#options.capacity) this.#floor = this.#ring.shift()?.offset ?? this.#floor
    if (this.#listening) this.#sayEntry(entry)
  }

  /** The next entry is left out: what comes after it shows that by its `prev`, or a `gap` tells it. */
  lose(size: number, told: boolean): void {
    const listening = this.#listening
    this.#listening = false
    this.publish(size)
    this.#listening = listening
    if (!listening || size < this.#options.minSize) return
    const left = this.#ring.at(-1)
    if (left) this.#left.add(left)
    // Before the client has a place, a hole shows only when it is told.
    if (told || !this.#placed) {
      this.#sayGap(this.#said + 1, this.#offset, 'shed')
      this.#said = this.#offset
    } else this.#holed = true
  }

  /** The log begins anew, and nobody knows what was at the end of the old one. */
  beginAnew(): void {
    this.#epoch += 1
    this.#offset = 0
    this.#ring = []
    this.#floor = 0
    this.#said = 0
    this.#holed = false
    if (this.#listening) this.#sayGap(1, 0, 'epoch_changed')
  }

  /** Something was said already and is said once more. */
  repeat(count: number): void {
    if (!this.#listening || this.#holed) return
    for (const entry of this.#ring.slice(-count))
      if (entry.offset <= this.#said && !this.#left.has(entry)) this.#sayEntry(entry)
  }

  ping(): void {
    // A place is proven only when what was left out is known to the client.
    const positions = this.#holed ? {} : { whales: this.head }
    this.#say('ping', { timestamp_ms: 1, positions })
  }

  connect(defaults: boolean): void {
    this.out.length = 0
    this.#listening = false
    this.#holed = false
    this.#left.clear()
    this.#say('connection', { channels: defaults ? ['whales'] : [], positions: { whales: this.head } })
    if (defaults) this.#start()
    // The place of a server says nothing to a client that it does not send to yet.
    else this.ping()
  }

  /** What the client says: only a subscription matters here. */
  hear(text: string): void {
    const frame: { type: string; resume?: { whales?: Position } } = JSON.parse(text)
    if (frame.type !== 'subscribe') return
    const place = frame.resume?.whales
    if (!place) {
      this.#say('subscribed', { channels: ['whales'] })
      return this.#start()
    }
    const covered = place.epoch === this.#epoch && place.offset >= this.#floor && place.offset <= this.#offset
    if (covered) for (const entry of this.#ring) if (entry.offset > place.offset) this.#sayEntry(entry)
    if (!covered) {
      const from = place.epoch === this.#epoch ? place.offset + 1 : 1
      this.#sayGap(from, this.#floor, place.epoch === this.#epoch ? 'trimmed' : 'epoch_changed')
      for (const entry of this.#ring) this.#sayEntry(entry)
    }
    this.#listening = true
    this.#said = this.#offset
    this.#say('subscribed', {
      channels: ['whales'],
      resumed: { whales: { ...this.head, recovered: covered } },
    })
  }

  #start(): void {
    for (const entry of this.#ring.slice(-5)) this.#sayEntry(entry)
    this.#listening = true
    this.#said = this.#offset
  }

  #sayEntry(entry: Entry): void {
    const { minSize } = this.#options
    if (entry.size < minSize) return
    const before = this.#ring.findLast(({ offset, size }) => offset < entry.offset && size >= minSize)
    // Without one that is remembered the group goes back to where memory begins: nothing of it lies in between.
    const prev = before?.offset ?? this.#floor
    this.#placed = true
    this.#say('whale', { size: entry.size }, { epoch: entry.epoch, offset: entry.offset, prev })
    this.#said = Math.max(this.#said, entry.offset)
    this.#holed = false
  }

  #sayGap(from: number, to: number, reason: string): void {
    this.#say('gap', { channel: 'whales', epoch: this.#epoch, from, to, reason })
  }

  #say(type: string, data: object, place: object = {}): void {
    const channel = type === 'whale' || type === 'gap' ? 'whales' : undefined
    this.out.push(JSON.stringify({ type, ts: 1, channel, ...place, data }))
  }
}
