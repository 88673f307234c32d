/**
 * Many equal timers on one interval: an item comes up each time the wheel has turned once, the first time
 * one full turn after it was added. Items added over time are spread over the slots by themselves.
 */
export class TimerWheel<Item> {
  readonly #slots: readonly Set<Item>[]
  readonly #slotOf = new Map<Item, Set<Item>>()
  #cursor = 0

  constructor(slots: number) {
    this.#slots = Array.from({ length: slots }, () => new Set<Item>())
  }

  add(item: Item): void {
    const slot = this.#slots[this.#cursor]
    if (!slot || this.#slotOf.has(item)) return
    slot.add(item)
    this.#slotOf.set(item, slot)
  }

  delete(item: Item): void {
    this.#slotOf.get(item)?.delete(item)
    this.#slotOf.delete(item)
  }

  /** Turns by one slot and answers with the items whose time has come; deleting while iterating is safe. */
  turn(): Iterable<Item> {
    this.#cursor = (this.#cursor + 1) % this.#slots.length
    return this.#slots[this.#cursor] ?? []
  }
}
