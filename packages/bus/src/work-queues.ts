import { parseQueueItem, type QueueItem, type QueueName } from '@whalecast/events'
import { partitionName, type Broker } from './broker.ts'
import type * as Port from './bus.ts'
import { PartitionConsumer } from './partition-consumer.ts'
import { PartitionProducer } from './partition-producer.ts'
import type { Telemetry } from './telemetry.ts'

export type WorkQueuesOptions = {
  readonly broker: Broker
  readonly bus: Pick<Port.Bus, 'lease' | 'connected'>
  readonly telemetry: Telemetry
  readonly onNotice: (notice: Port.Notice) => void
  /** The bus ends. */
  readonly closing: AbortSignal
}

/** The queues of a bus: what it sends into them, and what it takes out. */
export class WorkQueues {
  private readonly options: WorkQueuesOptions
  private readonly producers = new Set<{ flush(): Promise<void>; stop(): void }>()
  private readonly consumers = new Set<{ close(): Promise<void> }>()

  constructor(options: WorkQueuesOptions) {
    this.options = options
  }

  async producer<Name extends QueueName>(
    queue: Name,
    { partition, fence, capacity, holdBack = Math.ceil(capacity / 10) }: Port.ProducerOptions,
  ): Promise<Port.Producer<Name>> {
    const { broker, telemetry, onNotice } = this.options
    const name = partitionName(queue, partition)
    const producer = new PartitionProducer<Name>({
      broker,
      queue: name,
      term: fence.term,
      capacity,
      holdBack,
      backlog: await broker.backlog(name),
      validate: (value) => parseQueueItem(queue, value),
      telemetry,
      onNotice,
    })
    this.producers.add(producer)
    return producer
  }

  consume<Name extends QueueName>(queue: Name, options: Port.ConsumeOptions<Name>): Port.Consumer {
    const consumer = new PartitionConsumer<Name>({
      ...options,
      ...this.options,
      queue: partitionName(queue, options.partition),
      parse: (items) => parseItems(queue, items),
    })
    this.consumers.add(consumer)
    return {
      get active() {
        return consumer.active
      },
      close: async () => {
        this.consumers.delete(consumer)
        await consumer.close()
      },
    }
  }

  /** Sends what was taken. */
  async flush(): Promise<void> {
    await Promise.all([...this.producers].map((producer) => producer.flush()))
  }

  /** Takes nothing more. */
  stop(): void {
    for (const producer of this.producers) producer.stop()
  }

  /** Ends the consumers, each after the batch it has in hand. */
  async close(): Promise<void> {
    await Promise.all([...this.consumers].map((consumer) => consumer.close()))
  }
}

function parseItems<Name extends QueueName>(
  queue: Name,
  items: readonly unknown[],
): { valid: QueueItem<Name>[]; invalid: unknown[] } {
  const valid: QueueItem<Name>[] = []
  const invalid: unknown[] = []
  for (const value of items) {
    const parsed = parseQueueItem(queue, value)
    if (parsed) valid.push(parsed)
    else invalid.push(value)
  }
  return { valid, invalid }
}
