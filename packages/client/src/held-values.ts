/** A change says which version it changes, and which it makes. */
type Change = { readonly base_version: number; readonly version: number }

/** What came of a change: the new value; nothing new in it; or a change to a value that is not held. */
export type ChangeVerdict<Value> =
  | { readonly type: 'value'; readonly value: Value }
  | { readonly type: 'known' }
  | { readonly type: 'missing' }

/**
 * The newest values of channels that are told as changes. What is held is exactly what the server holds, or it says
 * that it is not.
 */
export class HeldValues<Value, Delta extends Change> {
  readonly #apply: (value: Value, delta: Delta) => Value
  readonly #held = new Map<string, { readonly version: number; readonly value: Value }>()

  constructor(apply: (value: Value, delta: Delta) => Value) {
    this.#apply = apply
  }

  /** A whole value, under the version that the server gave it. */
  take(channel: string, version: number, value: Value): void {
    this.#held.set(channel, { version, value })
  }

  apply(channel: string, delta: Delta): ChangeVerdict<Value> {
    const held = this.#held.get(channel)
    if (!held) return { type: 'missing' }
    if (delta.base_version !== held.version)
      return { type: delta.version === held.version ? 'known' : 'missing' }
    const value = this.#apply(held.value, delta)
    this.#held.set(channel, { version: delta.version, value })
    return { type: 'value', value }
  }

  /** What is held of a channel is not kept up any more. */
  forget(channel: string): void {
    this.#held.delete(channel)
  }

  clear(): void {
    this.#held.clear()
  }
}
