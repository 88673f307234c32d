import type { QueueItem, QueueName } from '@whalecast/events'
import type { Batch, Bus, Commit, Consumer, ConsumeOptions, Lease, Notice, PartitionWorker } from './bus.ts'
import { BrokerClosedError, type Broker, type Progress, type RawBatch, type Working } from './broker.ts'
import { leadWhenever } from './lead.ts'
import { aborted, pause } from './pause.ts'
import type { Telemetry } from './telemetry.ts'

/** Bounds of a partition's memory of seen ids: what a restart of its consumer still recognises. */
const seenMaxIds = 4_000_000
const seenMaxAgeMs = 600_000
const firstRetryMs = 50

export type PartitionConsumerOptions<Name extends QueueName> = ConsumeOptions<Name> & {
  readonly broker: Broker
  readonly bus: Pick<Bus, 'lease' | 'connected'>
  readonly queue: string
  /** The bus ends. */
  readonly closing: AbortSignal
  readonly parse: (items: readonly unknown[]) => { valid: QueueItem<Name>[]; invalid: unknown[] }
  readonly telemetry: Telemetry
  readonly onNotice: (notice: Notice) => void
}

/** Thrown inside a tenure to end it: the lease is gone, and the batch belongs to whoever comes next. */
class TenureOverError extends Error {
  override readonly name = 'TenureOverError'
}

/**
 * Holds a partition while its lease holds, again and again. In a tenure every batch is handled in order:
 * known ones are skipped by their place, the handler's commit is applied by one script together with that
 * place, and a failed attempt starts over from the committed state. After the last attempt the batch goes to
 * the dead-letter list and its place is committed, so one bad batch cannot stop the queue.
 */
export class PartitionConsumer<Name extends QueueName> implements Consumer {
  private readonly options: PartitionConsumerOptions<Name>
  private readonly ending = new AbortController()
  private readonly running: Promise<void>
  private tenure: Tenure<Name> | undefined

  constructor(options: PartitionConsumerOptions<Name>) {
    this.options = options
    const { bus, queue, closing, onNotice } = options
    this.running = leadWhenever(
      {
        bus,
        name: queue,
        signal: AbortSignal.any([this.ending.signal, closing]),
        onFailure: (error) => onNotice({ type: 'handler_error', channel: queue, owner: 'consumer', error }),
      },
      (lease, over) => this.hold(lease, over),
    )
  }

  get active(): boolean {
    return this.tenure !== undefined
  }

  async close(): Promise<void> {
    this.ending.abort()
    await this.running
  }

  private async hold(lease: Lease, leading: AbortSignal): Promise<void> {
    const broken = new AbortController()
    const over = AbortSignal.any([leading, broken.signal])
    const tenure = new Tenure(this.options, lease, over)
    let working: Working | undefined
    const handle = async (batch: RawBatch) => {
      try {
        await tenure.handle(batch)
      } catch (error) {
        // The batch stays where it is; only a new tenure, from what is committed, can go on with it.
        broken.abort(error)
        throw error
      }
    }
    try {
      await tenure.restart()
      working = await this.options.broker.work(this.options.queue, handle)
      this.tenure = tenure
      await aborted(over)
      if (broken.signal.aborted && !leading.aborted) throw broken.signal.reason
    } finally {
      this.tenure = undefined
      await working?.close()
      tenure.end()
    }
  }
}

class Tenure<Name extends QueueName> {
  private readonly options: PartitionConsumerOptions<Name>
  private readonly lease: Lease
  private readonly over: AbortSignal
  private worker: PartitionWorker<Name> | undefined
  private progress: Progress = { term: 0, seq: 0, through: 0 }
  /** Saves of the worker that have been sent. */
  private readonly saving = new Set<Promise<unknown>>()

  constructor(options: PartitionConsumerOptions<Name>, lease: Lease, over: AbortSignal) {
    this.options = options
    this.lease = lease
    this.over = over
  }

  /** A fresh worker from what is committed. */
  async restart(): Promise<void> {
    const { broker, queue, start } = this.options
    this.end()
    // What the worker before has sent must not arrive after its successor has read the state.
    await Promise.all(this.saving)
    const loaded = await broker.loadPartition(queue, this.lease.fence)
    if (loaded === 'fenced') throw new TenureOverError(`another consumer holds ${queue}`)
    this.progress = loaded.progress
    let worker: PartitionWorker<Name> | undefined
    worker = start(loaded.state, this.lease.fence, async (change) => {
      // During `start` itself there is no worker yet.
      if (worker !== undefined && this.worker !== worker)
        throw new TenureOverError(`a worker of ${queue} was replaced`)
      const sent = this.apply(undefined, change)
      const settled = sent.catch(() => undefined)
      this.saving.add(settled)
      await settled
      this.saving.delete(settled)
      await sent
    })
    this.worker = worker
  }

  end(): void {
    this.worker?.onEnd?.()
    this.worker = undefined
  }

  async handle(raw: RawBatch): Promise<void> {
    if (raw.term < this.progress.term) return this.count('refused')
    if (raw.term === this.progress.term && raw.seq <= this.progress.seq) return this.count('duplicate')
    const { valid, invalid } = this.options.parse(raw.items)
    for (const item of invalid) await this.bury('invalid item', item)
    const batch = { term: raw.term, seq: raw.seq, items: valid }
    const attempts = this.options.attempts ?? 5
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      if (await this.attempt(batch, raw)) return this.count('committed')
      await pause(firstRetryMs * 2 ** (attempt - 1), this.over)
    }
    await this.bury(`failed ${attempts} times`, raw)
    await this.commit(raw, {})
    await this.restart()
    this.count('dead_letter')
  }

  private async attempt(batch: Batch<Name>, raw: RawBatch): Promise<boolean> {
    if (this.over.aborted || !this.worker)
      throw new TenureOverError(`tenure of ${this.options.queue} is over`)
    try {
      await this.commit(raw, await this.worker.onBatch(batch, this.lease.fence))
      return true
    } catch (error) {
      if (error instanceof TenureOverError || error instanceof BrokerClosedError) throw error
      this.count('retried')
      const { queue, onNotice, telemetry } = this.options
      telemetry.count('bus_handler_errors_total', { channel: queue, owner: 'consumer', reason: 'threw' })
      onNotice({ type: 'handler_error', channel: queue, owner: 'consumer', error })
      await this.restart()
      return false
    }
  }

  private async commit({ term, seq, through }: RawBatch, change: Commit): Promise<void> {
    const progress = { term, seq, through }
    await this.apply(progress, change)
    this.progress = progress
  }

  private async apply(progress: Progress | undefined, { set = {}, del = [], seen }: Commit): Promise<void> {
    const { broker, queue } = this.options
    const { fence } = this.lease
    const answer = await broker.commit({ queue, fence, progress, set, del, seen, seenMaxIds, seenMaxAgeMs })
    if (answer === 'fenced') throw new TenureOverError(`another consumer holds ${queue}`)
  }

  private async bury(reason: string, payload: unknown): Promise<void> {
    const { broker, queue, telemetry, onNotice } = this.options
    await broker.deadLetter(queue, reason, JSON.stringify(payload) ?? 'undefined')
    telemetry.count('bus_dead_letters_total', { source: queue, reason })
    onNotice({ type: 'dead_letter', source: queue, reason })
  }

  private count(outcome: string): void {
    this.options.telemetry.count('queue_batches_total', { queue: this.options.queue, outcome })
  }
}
