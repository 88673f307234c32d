import type { Receiver } from './receiver.ts'

export type SlowClientsOptions<Client extends Receiver> = {
  /** Bytes that may wait for all of them together. */
  readonly budgetBytes: number
  readonly close: (client: Client, reason: string) => void
}

/** A client that takes nothing for so long gets no tape, … */
const shedAfterMs = 5_000
/** … and for so long is closed: a phone in a tunnel comes back with a fresh snapshot. */
const closeAfterMs = 10_000

/**
 * Clients whose connection has not taken everything: what they may cost. The age of what waits is judged by the drain of
 * the connection, because how much the kernel holds for it nobody can see. Whoever is closed comes back and goes on at
 * its place, so no entry of a log is left out without a word.
 */
export class SlowClients<Client extends Receiver> {
  readonly #options: SlowClientsOptions<Client>
  readonly #waiting = new Set<Client>()

  constructor(options: SlowClientsOptions<Client>) {
    this.#options = options
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.size
  }

  add(client: Client): void {
    this.#waiting.add(client)
  }

  delete(client: Client): void {
    this.#waiting.delete(client)
  }

  /** Sheds and closes what has waited for too long, then the fullest until the rest fits into the budget. */
  look(nowMs: number): void {
    const { budgetBytes, close } = this.#options
    let bytes = 0
    for (const client of this.#waiting) {
      const stalledMs = client.stalledMs(nowMs)
      if (stalledMs === 0) this.#waiting.delete(client)
      else if (stalledMs >= closeAfterMs) close(client, 'takes nothing')
      else {
        if (stalledMs >= shedAfterMs) client.shedTape('stalled')
        bytes += client.queuedBytes
      }
    }
    if (bytes <= budgetBytes) return
    const fullest = [...this.#waiting].toSorted((a, b) => b.queuedBytes - a.queuedBytes)
    for (const client of fullest) {
      bytes -= client.queuedBytes
      client.shedTape('budget')
      bytes += client.queuedBytes
      if (bytes <= budgetBytes) return
    }
    for (const client of fullest) {
      bytes -= client.queuedBytes
      close(client, 'too much waits for all clients together')
      if (bytes <= budgetBytes) return
    }
  }
}
