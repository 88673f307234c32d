import { closeCodes } from '@whalecast/events'
import { Batch } from './batch.ts'
import type { Client, ClientRecord } from './client.ts'
import { channelOf } from './feeds.ts'
import type { OutFrame } from './out-frame.ts'
import { Subscriptions } from './subscriptions.ts'
import { TimerWheel } from './timer-wheel.ts'

export type HubOptions = {
  readonly wheelSlots: number
  /** Runs a task at the end of the turn. */
  readonly schedule: (task: () => void) => void
  /** Runs a task once, later; the answer calls it off. */
  readonly later: (ms: number, task: () => void) => () => void
  /** Makes the ping frame of a moment for a client; the same frame for all to whom it says the same. */
  readonly pingFrame: (nowMs: number, client: Client) => OutFrame
  /** A channel has its first listener, or has lost its last. */
  readonly onListened: (channel: string, listened: boolean) => void
  readonly onClosed: (client: Client, code: number) => void
  readonly monotonicMs: () => number
  /** A turn's frames are with the sockets, so long after the first of them was queued. */
  readonly onFlushed: (tookMs: number) => void
}

/** How often frames over a client's rate are looked at again: the delay a screen does not notice. */
const heldMs = 50
/** A turn that gathers more than this is written early, so that one turn cannot fill a client's buffer. */
const turnBytesLimit = 256 * 1024
/** A client that takes nothing for so long gets no tape, … */
const shedAfterMs = 5_000
/** … and for so long is closed: a phone in a tunnel comes back with a fresh snapshot. */
const closeAfterMs = 10_000

/**
 * Every client of this process. Frames are queued by reference and written once per client and turn. A client
 * leaves once, whatever the reason, and no client's trouble reaches another.
 */
export class Hub {
  readonly subscriptions = new Subscriptions<Client>()
  readonly #options: HubOptions
  readonly #clients = new Set<Client>()
  readonly #wheel: TimerWheel<Client>
  /** Clients whose connection has not taken everything. */
  readonly #waiting = new Set<Client>()
  /** Clients for whom frames wait for their time. */
  readonly #holding = new Set<Client>()
  #callOff: (() => void) | undefined
  #dirty: Client[] = []
  #empty = new Batch()
  #turnBytes = 0
  #scheduled = false
  #turnBeganMs = 0

  constructor(options: HubOptions) {
    this.#options = options
    this.#wheel = new TimerWheel(options.wheelSlots)
  }

  get size(): number {
    return this.#clients.size
  }

  /** Bytes that wait for all clients together. */
  get queuedBytes(): number {
    let bytes = 0
    for (const client of this.#clients) bytes += client.queuedBytes
    return bytes
  }

  clients(): Iterable<Client> {
    return this.#clients
  }

  /** How each client fares, and what it listens to. */
  records(nowMs: number): readonly (ClientRecord & { readonly channels: readonly string[] })[] {
    return [...this.#clients].map((client) => ({
      ...client.record(nowMs),
      channels: this.subscriptions.of(client).map(channelOf),
    }))
  }

  add(client: Client): void {
    this.#clients.add(client)
    this.#wheel.add(client)
  }

  /** False when the client listened already. */
  listen(client: Client, channel: string): boolean {
    if (!this.#clients.has(client)) return false
    const first = !this.subscriptions.has(channel)
    if (!this.subscriptions.add(client, channel)) return false
    if (first) this.#options.onListened(channel, true)
    return true
  }

  unlisten(client: Client, channel: string): void {
    if (!this.subscriptions.delete(client, channel)) return
    client.forget(channelOf(channel))
    this.#left(channel)
  }

  /** Queues a frame for everybody who listens, as far as each one's rate admits it. */
  publish(channel: string, frame: OutFrame): void {
    const nowMs = this.#options.monotonicMs()
    for (const client of this.subscriptions.listeners(channel)) {
      if (client.admits(frame, nowMs)) this.send(client, frame)
      else if (client.holds) this.#hold(client)
    }
    this.#turnBytes += frame.bytes.length
    if (this.#turnBytes > turnBytesLimit) this.flush()
  }

  /** Queues a frame for one client. */
  send(client: Client, frame: OutFrame): void {
    if (!this.#clients.has(client)) return
    if (!client.push(frame, this.#empty)) return this.close(client, closeCodes.slowConsumer, 'too much waits')
    if (client.dirty) return
    client.dirty = true
    if (this.#dirty.length === 0) this.#turnBeganMs = this.#options.monotonicMs()
    this.#dirty.push(client)
    if (this.#scheduled) return
    this.#scheduled = true
    this.#options.schedule(() => {
      this.#scheduled = false
      this.flush()
    })
  }

  /** Writes what the turn brought: one write per client, joined once for clients with equal queues. */
  flush(): void {
    const dirty = this.#dirty
    this.#dirty = []
    this.#empty = new Batch()
    this.#turnBytes = 0
    for (const client of dirty) {
      client.dirty = false
      if (!this.#clients.has(client)) continue
      if (!client.flush()) this.close(client, closeCodes.slowConsumer, 'too much waits')
      else if (client.queuedBytes > 0) this.#waiting.add(client)
    }
    if (dirty.length > 0) this.#options.onFlushed(this.#options.monotonicMs() - this.#turnBeganMs)
  }

  /** Ends a client from this side; what is queued and fits is still written. Idempotent. */
  close(client: Client, code: number, reason: string): void {
    if (!this.gone(client, code)) return
    client.close(code, reason)
  }

  /** The connection is gone. False when it was before. */
  gone(client: Client, code: number): boolean {
    if (!this.#clients.delete(client)) return false
    this.#wheel.delete(client)
    this.#waiting.delete(client)
    this.#release(client)
    for (const channel of this.subscriptions.drop(client)) this.#left(channel)
    this.#options.onClosed(client, code)
    return true
  }

  /** Advances the timer wheel by one slot: pings, and the slow ones. */
  tick(nowMs: number): void {
    for (const client of this.#wheel.turn()) {
      if (client.ping(nowMs) === 'give_up') this.close(client, closeCodes.pongTimeout, 'no pong')
      else this.send(client, this.#options.pingFrame(nowMs, client))
    }
    for (const client of this.#waiting) {
      const stalledMs = client.stalledMs(nowMs)
      if (stalledMs === 0) this.#waiting.delete(client)
      else if (stalledMs >= closeAfterMs) this.close(client, closeCodes.slowConsumer, 'takes nothing')
      else if (stalledMs >= shedAfterMs) client.shedTape()
    }
  }

  #hold(client: Client): void {
    this.#holding.add(client)
    this.#callOff ??= this.#options.later(heldMs, () => this.#sendHeld())
  }

  #sendHeld(): void {
    this.#callOff = undefined
    const nowMs = this.#options.monotonicMs()
    const holding = [...this.#holding]
    this.#holding.clear()
    for (const client of holding) {
      for (const frame of client.due(nowMs)) this.send(client, frame)
      if (client.holds && this.#clients.has(client)) this.#hold(client)
    }
  }

  #release(client: Client): void {
    if (!this.#holding.delete(client) || this.#holding.size > 0) return
    this.#callOff?.()
    this.#callOff = undefined
  }

  #left(channel: string): void {
    if (!this.subscriptions.has(channel)) this.#options.onListened(channel, false)
  }
}
