/** What a fact can be. */
export type Fact = string | number | boolean | null

/** Named numbers and words that a process tells about itself, read at the moment of asking. */
export class Facts {
  readonly #readers = new Map<string, () => Fact>()

  /** A name can be added once. */
  add(name: string, read: () => Fact): void {
    if (this.#readers.has(name)) throw new Error(`fact ${name} exists already`)
    this.#readers.set(name, read)
  }

  /** Every fact; one that cannot be read now is null. */
  read(): Record<string, Fact> {
    return Object.fromEntries([...this.#readers].map(([name, read]) => [name, tryRead(read)]))
  }
}

function tryRead(read: () => Fact): Fact {
  try {
    return read()
  } catch {
    return null
  }
}
