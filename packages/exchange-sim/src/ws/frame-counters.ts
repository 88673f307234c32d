/** How many frames of which type went out to all clients together, and how often a client fell behind. */
export class FrameCounters {
  readonly #sent = new Map<string, number>()
  #overflows = 0

  sent(type: string): void {
    this.#sent.set(type, (this.#sent.get(type) ?? 0) + 1)
  }

  overflowed(): void {
    this.#overflows += 1
  }

  get overflows(): number {
    return this.#overflows
  }

  byType(): Record<string, number> {
    return Object.fromEntries(this.#sent)
  }
}
