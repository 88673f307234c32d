import type { QueueItem, QueueName } from '@whalecast/events'
import type { Notice, Producer } from './bus.ts'
import type { EnqueueResult, RejectReason } from './results.ts'
import { BrokerClosedError, type Broker } from './broker.ts'
import type { Telemetry } from './telemetry.ts'

/** Items of one job at most. Larger batches gain nothing more per item and make a redelivery dearer. */
const maxBatch = 500
/** How often a producer asks how far the consumer has come, while anything is outstanding. */
const progressEveryMs = 50
/** Shares of the capacity: a warning above `high`, cleared and resumed under `low`. */
const high = 0.8
const low = 0.6

export type PartitionProducerOptions<Name extends QueueName> = {
  readonly broker: Broker
  readonly queue: string
  readonly term: number
  readonly capacity: number
  readonly holdBack: number
  /** Items of earlier terms that still wait in the queue. */
  readonly backlog: number
  /** The item as it may travel, or undefined when it is not one. */
  readonly validate: (item: QueueItem<Name>) => QueueItem<Name> | undefined
  readonly telemetry: Telemetry
  readonly onNotice: (notice: Notice) => void
}

/**
 * Sends the items of one partition in order. One add is under way at a time; what is enqueued meanwhile makes
 * the next batch, so batches grow with the load by themselves and no timer delays a lone item.
 */
export class PartitionProducer<Name extends QueueName> implements Producer<Name> {
  private readonly options: PartitionProducerOptions<Name>
  private buffer: QueueItem<Name>[] = []
  private seq = 0
  /** Items of this term: taken, in a batch that was sent, committed by the consumer. */
  private taken = 0
  private sent = 0
  private committed = 0
  private earlier: number
  private level: 'normal' | 'high' | 'full' = 'normal'
  /** Reasons for which something was refused since the queue last had room; each is told once. */
  private readonly refusedFor = new Set<RejectReason>()
  private deposed = false
  private closed = false
  private sending: Promise<void> | undefined
  private progressTimer: NodeJS.Timeout | undefined
  private relieved: (() => void)[] = []
  /** Items since the metrics were last brought up to date: a metric for each item would cost more than the item. */
  private readonly uncounted = { accepted: 0, delayed: 0 }

  constructor(options: PartitionProducerOptions<Name>) {
    this.options = options
    this.earlier = options.backlog
    this.report()
    this.watchProgress()
  }

  get outstanding(): number {
    return this.earlier + this.taken - this.committed
  }

  get utilization(): number {
    return this.outstanding / this.options.capacity
  }

  enqueue(item: QueueItem<Name>): EnqueueResult {
    if (this.closed) return this.reject('closed')
    if (this.deposed) return this.reject('fenced')
    const { capacity, holdBack, validate } = this.options
    if (this.outstanding >= capacity + holdBack) return this.reject('full')
    const valid = validate(item)
    if (!valid) return this.reject('invalid')
    this.buffer.push(valid)
    this.taken += 1
    const status = this.outstanding > capacity ? 'delayed' : 'accepted'
    this.uncounted[status] += 1
    this.checkPressure()
    this.sending ??= this.send()
    this.watchProgress()
    return { status }
  }

  relief(signal?: AbortSignal): Promise<void> {
    if (this.level !== 'full' || signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        signal?.removeEventListener('abort', done)
        resolve()
      }
      signal?.addEventListener('abort', done, { once: true })
      this.relieved.push(done)
    })
  }

  async flush(): Promise<void> {
    while (this.sending) await this.sending
  }

  async close(): Promise<void> {
    if (!this.deposed) await this.flush()
    this.stop()
  }

  /** Ends at once, without waiting for what is under way. */
  stop(): void {
    this.closed = true
    this.report()
    clearTimeout(this.progressTimer)
    for (const done of this.relieved.splice(0)) done()
  }

  private async send(): Promise<void> {
    const { broker, queue, term } = this.options
    try {
      while (this.buffer.length > 0 && !this.closed) {
        const items = this.buffer.length > maxBatch ? this.buffer.splice(0, maxBatch) : this.buffer
        if (items === this.buffer) this.buffer = []
        this.seq += 1
        this.sent += items.length
        await broker.add(queue, { term, seq: this.seq, through: this.sent, items })
      }
    } catch (error) {
      if (!(error instanceof BrokerClosedError)) {
        // The queue refused for good (out of memory, wrong type): going on would tear a hole into the order.
        this.deposed = true
        this.options.onNotice({ type: 'rejected', target: queue, reason: String(error) })
      }
    } finally {
      this.sending = undefined
    }
  }

  private watchProgress(): void {
    if (this.progressTimer || this.closed || this.outstanding === 0) return
    this.progressTimer = setTimeout(() => void this.askProgress(), progressEveryMs)
  }

  private async askProgress(): Promise<void> {
    const { broker, queue, term, onNotice } = this.options
    try {
      const progress = await broker.progress(queue)
      if (progress.term > term && !this.deposed) {
        this.deposed = true
        onNotice({ type: 'rejected', target: queue, reason: 'fenced: a newer producer has taken over' })
      }
      if (progress.term === term) {
        this.committed = progress.through
        this.earlier = 0
      } else if (this.earlier > 0) {
        this.earlier = Math.min(this.earlier, Math.max(0, (await broker.backlog(queue)) - this.sent))
      }
    } catch (error) {
      if (!(error instanceof BrokerClosedError))
        onNotice({ type: 'rejected', target: queue, reason: String(error) })
    }
    this.progressTimer = undefined
    this.checkPressure()
    this.report()
    this.watchProgress()
  }

  private checkPressure(): void {
    const { utilization } = this
    const before = this.level
    if (utilization >= 1) this.level = 'full'
    else if (utilization > high && before === 'normal') this.level = 'high'
    else if (utilization < low) this.level = 'normal'
    if (this.level === before) return
    this.report()
    this.options.onNotice({
      type: 'queue_pressure',
      queue: this.options.queue,
      level: this.level,
      utilization,
    })
    if (this.level !== 'normal') return
    this.refusedFor.clear()
    for (const done of this.relieved.splice(0)) done()
  }

  private reject(reason: RejectReason): EnqueueResult {
    const { telemetry, queue } = this.options
    telemetry.count('queue_items_total', { queue, outcome: `rejected_${reason}` })
    if (!this.refusedFor.has(reason)) {
      this.refusedFor.add(reason)
      this.options.onNotice({ type: 'rejected', target: queue, reason })
    }
    return { status: 'rejected', reason }
  }

  /** Brings the metrics up to date. */
  private report(): void {
    const { telemetry, queue } = this.options
    telemetry.set('queue_utilization', { queue }, this.utilization)
    telemetry.set('queue_outstanding', { queue }, this.outstanding)
    for (const outcome of ['accepted', 'delayed'] as const) {
      telemetry.count('queue_items_total', { queue, outcome }, this.uncounted[outcome])
      this.uncounted[outcome] = 0
    }
  }
}
