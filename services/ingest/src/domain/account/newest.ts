/** Remembers what came, by name, the newest first and no more than so many; and which names it has ever had lately. */
export class Newest<Item> {
  readonly #nameOf: (item: Item) => string
  readonly #atMs: (item: Item) => number
  readonly #shown: number
  readonly #remembered: number
  readonly #names = new Set<string>()
  #items: Item[] = []

  /** @param options.remembered Names known after their items were dropped; a repeat beyond that would be news. */
  constructor(options: {
    readonly nameOf: (item: Item) => string
    readonly atMs: (item: Item) => number
    readonly shown: number
    readonly remembered: number
  }) {
    this.#nameOf = options.nameOf
    this.#atMs = options.atMs
    this.#shown = options.shown
    this.#remembered = options.remembered
  }

  get items(): readonly Item[] {
    return this.#items
  }

  /** False when it was here before. */
  add(item: Item): boolean {
    const name = this.#nameOf(item)
    if (this.#names.has(name)) return false
    this.#names.add(name)
    if (this.#names.size > this.#remembered) {
      const [oldest] = this.#names
      if (oldest !== undefined) this.#names.delete(oldest)
    }
    const atMs = this.#atMs(item)
    // Nearly always in front: what comes over REST may be older than what the socket told.
    const at = this.#items.findIndex((one) => this.#atMs(one) <= atMs)
    if (at === -1) this.#items.push(item)
    else this.#items.splice(at, 0, item)
    this.#items.length = Math.min(this.#items.length, this.#shown)
    return true
  }
}
