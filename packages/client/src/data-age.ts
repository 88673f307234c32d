import type { Disposer } from './client.ts'
import { Freshness, type Staleness } from './freshness.ts'
import { Handlers } from './handlers.ts'
import type { Pulse } from './pulse.ts'
import type { ServerFrame } from './server-frame.ts'

/** Channels whose newest value is told again and again however quiet it is: three rounds missed are no accident. */
const limitsMs: Readonly<Record<string, number>> = {
  status: 30_000,
  health: 15_000,
  whale_queue: 15_000,
  book: 15_000,
}

/** How old what a client knows is: of the channels that have a pace, of those it was told to watch, and of the connection. */
export class DataAge {
  readonly #pulse: Pulse
  readonly #quietAfterMs: number
  readonly #handlers = new Handlers<Staleness>()
  readonly #freshness = new Freshness({ now: Date.now, tell: (change) => this.#handlers.call(change) })

  constructor(pulse: Pulse, quietAfterMs = 25_000) {
    this.#pulse = pulse
    this.#quietAfterMs = quietAfterMs
  }

  on(handler: (change: Staleness) => void): Disposer {
    return this.#handlers.add(handler)
  }

  watch(channel: string, limitMs: number): void {
    this.#freshness.watch(channel, limitMs)
  }

  forget(channel: string): void {
    this.#freshness.forget(channel)
  }

  connected(): void {
    this.#freshness.watch(null, this.#quietAfterMs)
  }

  /** A connection that is gone is not silent; what it brought goes on getting old. */
  disconnected(): void {
    this.#freshness.forget(null)
  }

  /** Anything came in. */
  heard(atMs: number): void {
    this.#freshness.heard(null, atMs)
  }

  /** A frame of a channel; a snapshot may be old when it comes. */
  take(channel: string, frame: ServerFrame): void {
    if (!this.#freshness.has(channel)) {
      const limitMs = limitsMs[channel.split(':', 1)[0] ?? channel]
      if (limitMs === undefined) return
      this.#freshness.watch(channel, limitMs)
    }
    const { data, ts } = frame
    const trueAtMs = 'timestamp_ms' in data ? data.timestamp_ms : ts
    this.#freshness.heard(channel, this.#pulse.toLocalMs(trueAtMs))
  }

  stop(): void {
    this.#freshness.stop()
    this.#handlers.clear()
  }
}
