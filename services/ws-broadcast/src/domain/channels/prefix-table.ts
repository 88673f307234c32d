/**
 * Which of many prefixes a text begins with, by one look-up per length there is: what it costs does not grow with the
 * number of prefixes.
 */
export class PrefixTable {
  readonly #prefixes = new Set<string>()
  readonly #countByLength = new Map<number, number>()
  #lengths: readonly number[] = []

  add(prefix: string): void {
    if (this.#prefixes.has(prefix)) return
    this.#prefixes.add(prefix)
    this.#count(prefix.length, 1)
  }

  delete(prefix: string): void {
    if (this.#prefixes.delete(prefix)) this.#count(prefix.length, -1)
  }

  /** Those that the text begins with, shortest first. */
  of(text: string): readonly string[] {
    const found: string[] = []
    for (const length of this.#lengths) {
      if (length > text.length) break
      const prefix = text.slice(0, length)
      if (this.#prefixes.has(prefix)) found.push(prefix)
    }
    return found
  }

  #count(length: number, by: 1 | -1): void {
    const count = (this.#countByLength.get(length) ?? 0) + by
    if (count > 0) this.#countByLength.set(length, count)
    else this.#countByLength.delete(length)
    this.#lengths = [...this.#countByLength.keys()].toSorted((a, b) => a - b)
  }
}
