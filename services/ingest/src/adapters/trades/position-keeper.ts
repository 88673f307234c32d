import type { Bus, Fence, Producer } from '@whalecast/bus'
import { ticks, unlessAborted } from '@whalecast/runtime'

export type PositionDeps = {
  readonly bus: Bus
  readonly fence: Fence
  readonly producer: Producer<'trades'>
  /** Execution time up to which every trade was taken; 0 while nobody knows. */
  readonly position: () => number
  readonly now: () => number
}

/** Keeps on the bus from where another process has to go on. Never ahead of what is really in the queue. */
export class PositionKeeper {
  readonly #deps: PositionDeps
  #written = 0
  #version = 0

  constructor(deps: PositionDeps) {
    this.#deps = deps
  }

  /** Writes once a second, where it changed, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    for await (const _ of ticks(1_000, { signal })) await this.write(signal)
  }

  /** Writes now, unless the signal says that the queue is no longer ours. */
  async write(signal: AbortSignal): Promise<void> {
    const { bus, fence, producer, position, now } = this.#deps
    const executed_at_ms = position()
    if (executed_at_ms <= this.#written) return
    await unlessAborted(producer.flush(), signal)
    if (signal.aborted) return
    this.#version += 1
    const data = { executed_at_ms, timestamp_ms: now() }
    const event = { type: 'feed_position', data } as const
    const options = { fence, version: this.#version }
    const result = await unlessAborted(bus.put('feed_position', event, options), signal)
    if (result?.status === 'accepted') this.#written = executed_at_ms
  }
}
