import { createMemoryBus, MemoryBroker, type Bus, type Lease, type Producer } from '@whalecast/bus'
import type { CleanupResult, OrderRequest, OrderResult } from '@whalecast/events'
import { ticks } from '@whalecast/runtime'
import { eventually, makeContext } from '@whalecast/testkit'
import { PaperBroker } from '../src/adapters/paper-broker.ts'
import type { Broker } from '../src/domain/broker.ts'
import { executeOrders, type OpenBroker } from '../src/service.ts'

/** The paper broker with ten dollars. */
const paper: OpenBroker = (tools) => new PaperBroker({ ...tools, balanceE6: 10e6, restMs: 120_000 })

type Run = { readonly ctx: ReturnType<typeof makeContext>; readonly bus: Bus; end(): Promise<void> }

export type RunOptions = {
  readonly name?: Broker['name']
  readonly open?: OpenBroker
  readonly bus?: Bus
  readonly now?: () => number
}

/** Executors and those who ask them, over one broker in memory or on a bus that is given. */
export class World implements AsyncDisposable {
  readonly broker = new MemoryBroker()
  readonly bus: Bus
  private readonly runs: Run[] = []
  private readonly asking: { lease: Lease; producer: Producer<'orders'> }[] = []

  constructor(bus?: Bus) {
    this.bus = bus ?? createMemoryBus(this.broker, { instance: 'test' })
  }

  execute({ name = 'paper', open = paper, now = Date.now, ...options }: RunOptions = {}): Run {
    const bus = options.bus ?? createMemoryBus(this.broker, { instance: `executor-${this.runs.length}` })
    const stop = new AbortController()
    const ctx = makeContext(stop.signal)
    const running = executeOrders({
      bus,
      ctx,
      broker: name,
      openBroker: open,
      now,
      ticks: (over) => ticks(20, { signal: over }),
      signal: stop.signal,
    })
    let ended: Promise<void> | undefined
    const end = () => {
      stop.abort()
      return (ended ??= running.then(() => bus.close()))
    }
    const run = { ctx, bus, end }
    this.runs.push(run)
    return run
  }

  /** Asks for orders (partition 0) or commands (1). Each call is one batch. */
  async ask(items: readonly OrderRequest[], partition = 0): Promise<void> {
    while (this.asking.length <= partition) {
      const lease = await this.bus.lease(`asking-${this.asking.length}`)
      const options = { partition: this.asking.length, fence: lease.fence, capacity: 1_000 }
      this.asking.push({ lease, producer: await this.bus.producer('orders', options) })
    }
    const { producer } = this.asking[partition]!
    for (const item of items) producer.enqueue(item)
    await producer.flush()
  }

  /** What was told, oldest first. */
  async results(): Promise<OrderResult[]> {
    const messages = await this.bus.history('order_results', { limit: 1_000 })
    return messages.flatMap((message) => (message.type === 'order_result' ? [message.data] : []))
  }

  /** The final word on an order. */
  result(clientOrderId: string, timeoutMs = 10_000): Promise<OrderResult> {
    const isFinal = (one: OrderResult) => one.client_order_id === clientOrderId && one.status !== 'unknown'
    return eventually(async () => (await this.results()).find(isFinal) ?? false, { timeoutMs })
  }

  cleanup(commandId: string): Promise<CleanupResult> {
    return eventually(async () => {
      const messages = await this.bus.history('order_results', { limit: 1_000 })
      const found = messages.find((one) => one.id === commandId)
      return found?.type === 'cleanup_result' ? found.data : false
    })
  }

  /** Until everything asked for is committed. */
  committed(): Promise<boolean> {
    return eventually(() => this.asking.every(({ producer }) => producer.outstanding === 0))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const run of this.runs) await run.end()
    for (const { producer, lease } of this.asking) {
      await producer.close()
      await lease.release()
    }
    await this.bus.close()
  }
}
