import type { FaultKind, Tally } from './verdict.ts'

type Held = { readonly version: number }

/** Judges one latest channel: every value is the one published under its version, they only get newer, and the newest comes. */
export class LatestJudge {
  readonly #channel: string
  readonly #tally: Tally
  readonly #window: number
  readonly #digests = new Map<number, string>()
  readonly #listeners = new Map<string, Held | undefined>()
  /** The highest version that is forgotten. */
  #floor = -Infinity
  #acknowledged = -Infinity

  constructor(channel: string, tally: Tally, window: number) {
    this.#channel = channel
    this.#tally = tally
    this.#window = window
  }

  get size(): number {
    return this.#digests.size
  }

  put(version: number, digest: string): void {
    this.#digests.set(version, digest)
    if (this.#digests.size <= this.#window) return
    for (const oldest of this.#digests.keys()) {
      this.#digests.delete(oldest)
      this.#floor = Math.max(this.#floor, oldest)
      return
    }
  }

  acknowledged(version: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, version)
  }

  listens(client: string): void {
    if (!this.#listeners.has(client)) this.#listeners.set(client, undefined)
  }

  leaves(client: string): void {
    this.#listeners.delete(client)
  }

  value(client: string, version: number, digest: string): void {
    this.#tally.count('values')
    if (!this.#listeners.has(client)) return this.#fault('misdirected', client, version)
    const published = this.#digests.get(version)
    if (published === undefined)
      return this.#fault(version <= this.#floor ? 'unjudged' : 'invented', client, version)
    if (published !== digest) this.#fault('wrong_value', client, version)
    // The same version again is what a new connection shows first.
    if (version < (this.#listeners.get(client)?.version ?? version)) this.#fault('disorder', client, version)
    this.#listeners.set(client, { version })
  }

  /** Nothing more comes. */
  finish(): void {
    if (this.#acknowledged === -Infinity) return
    for (const [client, held] of this.#listeners)
      if (held === undefined || held.version < this.#acknowledged)
        this.#fault('stale', client, held?.version ?? NaN)
  }

  #fault(kind: FaultKind, client: string, version: number): void {
    this.#tally.fault(kind, `${client}: ${this.#channel} version ${version}`)
  }
}
