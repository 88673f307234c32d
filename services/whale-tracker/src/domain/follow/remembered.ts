export type Bounds = { readonly maxSize: number; readonly ttlMs: number }

/** A map that is bounded in size and in time: what was put or touched longest ago goes first. */
export class Remembered<Value> {
  private readonly bounds: Bounds
  private readonly entries = new Map<string, { readonly value: Value; readonly atMs: number }>()

  constructor(bounds: Bounds) {
    this.bounds = bounds
  }

  get size(): number {
    return this.entries.size
  }

  has(key: string): boolean {
    return this.entries.has(key)
  }

  get(key: string): Value | undefined {
    return this.entries.get(key)?.value
  }

  /** Remembers from now on; the oldest goes when there are too many. */
  put(key: string, value: Value, nowMs: number): void {
    this.entries.delete(key)
    this.entries.set(key, { value, atMs: nowMs })
    const [oldest] = this.entries.keys()
    if (this.entries.size > this.bounds.maxSize && oldest !== undefined) this.entries.delete(oldest)
  }

  delete(key: string): void {
    this.entries.delete(key)
  }

  /** Forgets what is past its time. */
  prune(nowMs: number): void {
    for (const [key, { atMs }] of this.entries) {
      if (nowMs - atMs <= this.bounds.ttlMs) return
      this.entries.delete(key)
    }
  }

  /** Longest remembered first. */
  values(): Value[] {
    return [...this.entries.values()].map(({ value }) => value)
  }

  [Symbol.iterator](): IterableIterator<[string, Value]> {
    return [...this.entries].map(([key, { value }]): [string, Value] => [key, value])[Symbol.iterator]()
  }
}
