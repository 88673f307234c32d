import type { HistoryEvent, Place } from '@whalecast/delivery'
import type { Subject } from '../fanout/open-subject.ts'
import { whaleOf } from './samples.ts'

const turnMs = 5

/**
 * Emits the same entries at one node of Socket.IO. Nothing is acknowledged there, so all that was emitted counts as
 * published; it has no log, so the entries are numbered here.
 */
export class SocketIoPublisher {
  readonly #node: Pick<Subject, 'tell'>
  readonly #record: (event: HistoryEvent) => void
  readonly last = new Map<string, Place>()
  #timer: NodeJS.Timeout | undefined
  #offset = 0

  constructor(node: Pick<Subject, 'tell'>, record: (event: HistoryEvent) => void) {
    this.#node = node
    this.#record = record
  }

  start(perSecond: number): void {
    const startedMs = performance.now()
    const before = this.#offset
    this.#timer = setInterval(() => {
      const due = before + ((performance.now() - startedMs) / 1_000) * perSecond
      while (this.#offset < due) this.#emit()
    }, turnMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #emit(): void {
    this.#offset += 1
    const place = { epoch: 1, offset: this.#offset }
    const channel = 'whales'
    const whale = whaleOf(this.#offset)
    const id = whale.whale_id
    this.#record({ type: 'offered', channel, id })
    this.#node.tell({ channel, type: 'whale', data: { ...whale, ...place } })
    this.#record({ type: 'acknowledged', channel, id, ...place })
    this.last.set(channel, place)
  }
}
