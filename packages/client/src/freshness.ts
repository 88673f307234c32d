/** Something has been silent for longer than it ever should be, or is heard again. */
export type Staleness = {
  /** Whose data is old; null: the connection itself is silent. */
  readonly channel: string | null
  readonly stale: boolean
  /** How old what was heard last is. */
  readonly ageMs: number
}

export type FreshnessOptions = {
  readonly tell: (change: Staleness) => void
  readonly now: () => number
}

type Watched = {
  readonly limitMs: number
  /** When the newest data was true; before any, since when it is watched for. */
  atMs: number
  /** Whether there was any. */
  known: boolean
  stale: boolean
}

/**
 * Watches how old the newest data of each channel is, away from the server too: an old price never looks live. One timer
 * for all, which fires when the first of them would become stale, however many frames come.
 */
export class Freshness {
  readonly #options: FreshnessOptions
  readonly #watched = new Map<string | null, Watched>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #dueAtMs = Infinity

  constructor(options: FreshnessOptions) {
    this.#options = options
  }

  /** From now on the newest data of a channel may be so old; null: of the connection. Again with another limit changes it. */
  watch(channel: string | null, limitMs: number): void {
    const held = this.#watched.get(channel)
    if (held?.limitMs === limitMs) return
    this.#watched.set(channel, {
      limitMs,
      atMs: held?.atMs ?? this.#options.now(),
      known: held?.known ?? false,
      stale: held?.stale ?? false,
    })
    this.#arm()
  }

  has(channel: string | null): boolean {
    return this.#watched.has(channel)
  }

  forget(channel: string | null): void {
    this.#watched.delete(channel)
  }

  /** Data that was true at a moment of this machine's clock. */
  heard(channel: string | null, atMs: number): void {
    const watched = this.#watched.get(channel)
    if (!watched) return
    const nowMs = this.#options.now()
    const trueAtMs = Math.min(atMs, nowMs)
    watched.atMs = watched.known ? Math.max(watched.atMs, trueAtMs) : trueAtMs
    if (!watched.known) this.#arm()
    watched.known = true
    if (!watched.stale || nowMs - watched.atMs >= watched.limitMs) return
    watched.stale = false
    this.#arm()
    this.#options.tell({ channel, stale: false, ageMs: nowMs - watched.atMs })
  }

  stop(): void {
    this.#watched.clear()
    clearTimeout(this.#timer)
    this.#dueAtMs = Infinity
  }

  #check(): void {
    this.#dueAtMs = Infinity
    const nowMs = this.#options.now()
    for (const [channel, watched] of this.#watched) {
      const ageMs = nowMs - watched.atMs
      if (watched.stale || ageMs < watched.limitMs) continue
      watched.stale = true
      this.#options.tell({ channel, stale: true, ageMs })
    }
    this.#arm()
  }

  /** Data after the first only makes the moment later, so a timer that is armed for an earlier one is right enough. */
  #arm(): void {
    let dueAtMs = Infinity
    for (const { stale, atMs, limitMs } of this.#watched.values())
      if (!stale) dueAtMs = Math.min(dueAtMs, atMs + limitMs)
    if (dueAtMs >= this.#dueAtMs) return
    this.#dueAtMs = dueAtMs
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#check(), Math.max(1, dueAtMs - this.#options.now()))
  }
}
