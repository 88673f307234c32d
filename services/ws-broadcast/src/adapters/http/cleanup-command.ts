import { randomUUID } from 'node:crypto'
import type { Bus } from '@whalecast/bus'
import type { CleanupResult } from '@whalecast/events'
import { within } from '../feeds/within.ts'

export type CleanupRequest = { readonly orphanedOnly: boolean; readonly requestedBy: string }

export type CleanupOutcome =
  | { readonly type: 'done'; readonly result: CleanupResult }
  /** Nobody could carry it out; nothing was asked. */
  | { readonly type: 'no_executor' | 'busy' | 'bus_away' }
  /** It was asked, and may still be carried out. */
  | { readonly type: 'no_answer'; readonly commandId: string }

export type CleanupOptions = {
  readonly bus: Bus
  readonly now: () => number
  readonly answerWithinMs?: number
}

/** The partition of `orders` that carries commands. The first carries the orders of the one who follows. */
const commandPartition = 1
const busWithinMs = 5_000
/** Cancelling takes a request an order at the broker's pace. */
const defaultAnswerWithinMs = 20_000

/**
 * Has executor cancel orders. Replicas take turns: each command is sent under a lease of its own term, so that the
 * commands of all replicas have one order.
 */
export class CleanupCommand {
  readonly #options: CleanupOptions
  #busy = false

  constructor(options: CleanupOptions) {
    this.#options = options
  }

  async run(request: CleanupRequest): Promise<CleanupOutcome> {
    if (this.#busy) return { type: 'busy' }
    this.#busy = true
    try {
      return await this.#run(request)
    } finally {
      this.#busy = false
    }
  }

  async #run({ orphanedOnly, requestedBy }: CleanupRequest): Promise<CleanupOutcome> {
    const { bus, now, answerWithinMs = defaultAnswerWithinMs } = this.#options
    const living = bus.connected ? await within(busWithinMs, bus.heartbeats()) : undefined
    if (!living) return { type: 'bus_away' }
    if (!living.some(({ service }) => service === 'executor')) return { type: 'no_executor' }
    const commandId = randomUUID()
    let answered: (result: CleanupResult) => void = () => undefined
    const answer = new Promise<CleanupResult>((resolve) => (answered = resolve))
    const after = await within(busWithinMs, bus.head('order_results'))
    if (!after) return { type: 'bus_away' }
    const end = bus.subscribe(
      'order_results',
      (message) => {
        if (message.type === 'cleanup_result' && message.data.command_id === commandId) answered(message.data)
      },
      { after },
    )
    try {
      const sent = await this.#send({
        kind: 'cleanup',
        command_id: commandId,
        orphaned_only: orphanedOnly,
        requested_by: requestedBy,
        requested_at_ms: now(),
      })
      if (sent !== 'sent') return sent === 'maybe' ? { type: 'no_answer', commandId } : { type: 'bus_away' }
      const result = await within(answerWithinMs, answer)
      return result ? { type: 'done', result } : { type: 'no_answer', commandId }
    } finally {
      end()
    }
  }

  /** `maybe`: the bus went away while it was sent. */
  async #send(item: Parameters<Awaited<ReturnType<typeof openProducer>>['enqueue']>[0]) {
    const { bus } = this.#options
    const lease = await bus
      .lease('commands', { signal: AbortSignal.timeout(busWithinMs) })
      .catch(() => undefined)
    if (!lease) return 'not_sent'
    try {
      const producer = await within(busWithinMs, openProducer(bus, lease.fence))
      if (!producer) return 'not_sent'
      if (producer.enqueue(item).status === 'rejected') return 'not_sent'
      const flushed = await within(
        busWithinMs,
        producer.close().then(() => true),
      )
      return flushed ? 'sent' : 'maybe'
    } finally {
      await within(busWithinMs, lease.release())
    }
  }
}

const openProducer = (bus: Bus, fence: Parameters<Bus['producer']>[1]['fence']) =>
  bus.producer('orders', { partition: commandPartition, fence, capacity: 100 })
