import { setTimeout as wait } from 'node:timers/promises'
import type { Bus, Fence } from '@whalecast/bus'
import type { FeedGap, FeedState, Position, SystemActivity } from '@whalecast/events'

/** Announcements that may wait while Redis is away. Each is small; a thousand are hours of trouble. */
const maxWaiting = 1_000
/** Between two attempts at the same one. Shorter and an answer that never comes would keep the process busy. */
const retryMs = 250

/** An entry of the log `feed`, and where it went. */
export type LogProof = { readonly id: string; readonly position: Position }

type Announcement =
  | { readonly channel: 'feed'; readonly id: string; readonly type: 'feed_gap'; readonly data: FeedGap }
  | { readonly channel: 'feed'; readonly id: string; readonly type: 'feed_state'; readonly data: FeedState }
  | {
      readonly channel: 'system'
      readonly id: string
      readonly type: 'system_activity'
      readonly data: SystemActivity
    }

/**
 * Tells gaps, states and activities in the order in which they happened, without making anybody wait. An outcome that
 * is unknown is tried again under the same id before the next one goes out, so nothing is told twice or out of order.
 */
export class Announcer {
  readonly #bus: Bus
  readonly #fence: Fence
  readonly #onDropped: (reason: string) => void
  #waiting: Announcement[] = []
  #running: Promise<void> | undefined
  #count = 0
  #proof: LogProof | undefined

  constructor(bus: Bus, fence: Fence, onDropped: (reason: string) => void) {
    this.#bus = bus
    this.#fence = fence
    this.#onDropped = onDropped
  }

  /** The first entry of `feed` that was taken. The newest could have gone into a Redis that has just come back empty. */
  get proof(): LogProof | undefined {
    return this.#proof
  }

  gap(data: FeedGap): void {
    // A gap is told again when it changed, so what it says is part of the id.
    const id = `${data.gap_id}:${data.until_ms ?? 'open'}:${data.filled}:${data.missing ?? 'unknown'}`
    this.#add({ channel: 'feed', id, type: 'feed_gap', data })
  }

  state(data: FeedState): void {
    this.#add({ channel: 'feed', id: this.nextId('feed_state'), type: 'feed_state', data })
  }

  activity(data: SystemActivity): void {
    this.#add({ channel: 'system', id: data.activity_id, type: 'system_activity', data })
  }

  /** An id that no other announcement of any term has. */
  nextId(kind: string): string {
    this.#count += 1
    return `ingest-${this.#fence.term}-${kind}-${this.#count}`
  }

  /** Resolves when everything told so far has gone out or was refused. */
  async settled(): Promise<void> {
    await this.#running
  }

  #add(announcement: Announcement): void {
    if (this.#waiting.length >= maxWaiting) return this.#onDropped('overflow')
    this.#waiting.push(announcement)
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  async #run(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const result = await this.#send(next)
      if (result.status === 'unconfirmed') {
        await wait(retryMs)
        continue
      }
      if (result.status === 'rejected') this.#onDropped(result.reason)
      else if (next.channel === 'feed') this.#proof ??= { id: next.id, position: result.position }
      this.#waiting.shift()
    }
  }

  #send(one: Announcement) {
    const options = { id: one.id, fence: this.#fence }
    if (one.channel === 'system') {
      return this.#bus.publish('system', { type: one.type, data: one.data }, options)
    }
    return one.type === 'feed_gap'
      ? this.#bus.publish('feed', { type: one.type, data: one.data }, options)
      : this.#bus.publish('feed', { type: one.type, data: one.data }, options)
  }
}
