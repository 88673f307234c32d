import { closeCodes } from '@whalecast/events'
import type { FrameEncoder, Hub } from '@whalecast/fanout'
import type { Client } from '../conversation/client.ts'

export type DrainOptions = {
  readonly hub: Pick<Hub<Client>, 'clients' | 'has' | 'send' | 'close'>
  readonly encoder: FrameEncoder
  /** How many clients a second the other replicas take together. */
  readonly perSecond: number
  /** After so long nobody is waited for any more; who is closed by then still comes back in its slot. */
  readonly withinMs: number
  readonly nowMs: number
}

const reason = 'this server is going down'

/**
 * Sends every client away, each in a slot of its own: `goaway` to all at once says when to come back to another
 * replica, and until that moment a client goes on being served. Then it is closed, once all that waits for it is
 * written; so the others are not asked for more connections a second than they take.
 */
export class Drain {
  readonly #options: DrainOptions
  /** Who is to go when, soonest first. */
  readonly #slots: { readonly client: Client; readonly atMs: number }[] = []
  #waiting: Client[] = []

  constructor(options: DrainOptions) {
    this.#options = options
    const { hub, encoder, perSecond, nowMs } = options
    for (const client of hub.clients()) {
      const afterMs = Math.floor((this.#slots.length * 1_000) / perSecond)
      this.#slots.push({ client, atMs: nowMs + afterMs })
      const data = { reason, reconnect_after_ms: afterMs }
      hub.send(client, encoder.encode({ type: 'goaway', data }, 'control'))
    }
    this.#slots.reverse()
  }

  /** Closes those whose slot has come. True once nobody is left, at the latest when the time is over. */
  step(nowMs: number): boolean {
    const { hub, withinMs, nowMs: beganMs } = this.#options
    const over = nowMs - beganMs >= withinMs
    for (;;) {
      const slot = this.#slots.at(-1)
      if (!slot || (slot.atMs > nowMs && !over)) break
      this.#waiting.push(slot.client)
      this.#slots.pop()
    }
    this.#waiting = this.#waiting.filter((client) => {
      if (!hub.has(client)) return false
      if (client.queuedBytes > 0 && !over) return true
      hub.close(client, closeCodes.serviceRestart, reason)
      return false
    })
    return this.#waiting.length === 0 && this.#slots.length === 0
  }
}
