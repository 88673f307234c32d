import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'

/**
 * What waits to leave for one client, bounded in bytes. Frames of one turn of the event loop leave in one
 * write: the socket is corked at the first of them and released at the turn's end.
 */
export class Outbox {
  readonly #socket: WebSocket
  readonly #stream: Duplex
  readonly #limitBytes: number
  #corked = false

  constructor(socket: WebSocket, stream: Duplex, limitBytes: number) {
    this.#socket = socket
    this.#stream = stream
    this.#limitBytes = limitBytes
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount
  }

  /** True while data may be added. */
  get hasRoom(): boolean {
    return this.bufferedBytes < this.#limitBytes
  }

  /** True when even replies cannot be added: the client sends commands but reads nothing. */
  get isHopeless(): boolean {
    return this.bufferedBytes > 2 * this.#limitBytes
  }

  /** Sends without looking at the bound; a closed socket swallows it. */
  send(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (!this.#corked) {
      this.#corked = true
      this.#stream.cork()
      setImmediate(() => {
        this.#corked = false
        this.#stream.uncork()
      })
    }
    this.#socket.send(text)
  }

  /** Resolves when the client has taken what was sent, or is gone: how a replay waits instead of dropping. */
  async drained(): Promise<void> {
    while (!this.hasRoom && this.#socket.readyState === this.#socket.OPEN) {
      const waiting = new AbortController()
      const { signal } = waiting
      await Promise.race([once(this.#stream, 'drain', { signal }), once(this.#stream, 'close', { signal })])
        // A connection that breaks while it is waited for is found closed by the condition above.
        .catch(() => undefined)
        .finally(() => waiting.abort())
    }
  }
}
