import { createMemoryBus, MemoryBroker, type Consumer, type Fence } from '@whalecast/bus'
import type {
  Account,
  Decision,
  Health,
  OrderRequest,
  OrderResult,
  WhaleEntry,
  WhaleProcessing,
} from '@whalecast/events'
import { sampleAccount } from '@whalecast/events/testing'
import { ticks } from '@whalecast/runtime'
import { makeContext } from '@whalecast/testkit'
import { followWhales, type FollowConfig } from '../src/follow/follow-whales.ts'
import { followRule, makeBook, makeHealth, makeResult, makeWhale } from '../src/testing/following.ts'

type SentOrder = Extract<OrderRequest, { kind: 'order' }>
/** What the scripted executor does when it gets an order: says so much, and nothing when it is undefined. */
export type Script = (order: SentOrder) => Partial<OrderResult> | undefined

/** A bus with everything around the follower, all of it played by the test. */
export class FollowWorld implements AsyncDisposable {
  readonly broker = new MemoryBroker()
  readonly bus = createMemoryBus(this.broker, { instance: 'test' })
  /** Everything that was taken from the queue, repetitions included. */
  readonly requests: SentOrder[] = []
  /** What a broker got: each client_order_id once. */
  readonly placed: SentOrder[] = []
  script: Script = () => ({})
  /** How far the clock of followers is ahead. */
  aheadMs = 0
  /** Times that followers looked. */
  looks = 0
  private readonly fence: Fence = { owner: 'test', term: 1 }
  private version = 0
  private executor: Consumer | undefined
  private readonly ends: (() => Promise<void>)[] = []

  now = () => Date.now() + this.aheadMs

  /** A follower of its own process. */
  follow(over: Partial<FollowConfig> = {}) {
    const bus = createMemoryBus(this.broker, { instance: `follower-${this.ends.length}` })
    const stop = new AbortController()
    const ctx = makeContext(stop.signal)
    const config = { ...followRule, ...over }
    const running = followWhales({
      bus,
      config,
      ctx,
      now: this.now,
      ticks: (signal) => this.countLooks(ticks(10, { signal })),
    })
    let ended: Promise<void> | undefined
    const end = () => {
      stop.abort()
      return (ended ??= running.then(() => bus.close()))
    }
    /** Like kill -9: nothing is told and nothing handed over. */
    const kill = async () => {
      await bus.close()
      await end()
    }
    this.ends.push(end)
    return { bus, ctx, end, kill }
  }

  /** An executor that keeps its contract: one order an id, whatever comes twice, and a result under that id. */
  async execute(): Promise<void> {
    this.executor = await this.bus.consume('orders', {
      partition: 0,
      start: () => ({
        onBatch: async ({ items }) => {
          for (const item of items) {
            if (item.kind !== 'order') continue
            this.requests.push(item)
            if (this.placed.some(({ client_order_id: id }) => id === item.client_order_id)) continue
            this.placed.push(item)
            const said = this.script(item)
            if (said) await this.answer(item, said)
          }
          return {}
        },
      }),
    })
  }

  async answer(order: SentOrder, over: Partial<OrderResult> = {}): Promise<void> {
    const { client_order_id, whale_id, market_ticker } = order
    const data = makeResult({ client_order_id, whale_id, market_ticker, ...over, timestamp_ms: this.now() })
    const id = `${client_order_id}:${data.status}`
    await this.bus.publish('order_results', { type: 'order_result', data }, { id })
  }

  async say(state: Health['machine_state'], account: Partial<Account> = {}): Promise<void> {
    const health = makeHealth(state, this.now())
    await this.bus.put('health', { type: 'health', data: health }, this.next())
    const data = sampleAccount({ synced_at_ms: this.now(), ...account })
    await this.bus.put('account', { type: 'account', data }, this.next())
  }

  /** Shows a queue of these whales, largest first, and a good book of each of their markets. */
  async show(...whales: readonly WhaleEntry[]): Promise<void> {
    for (const { market_ticker: key } of whales) {
      await this.price(key)
    }
    const stats = {
      trades_seen: 0,
      trades_discarded: 0,
      trades_accepted: 0,
      discard_rate_percent: 0,
      queue_size: whales.length,
      max_queue_size: 10,
      window_minutes: 5,
      min_size_dollars: 100,
      size_metric: 'payout' as const,
    }
    const data = { queue: [...whales], stats, timestamp_ms: this.now() }
    await this.bus.put('whale_queue', { type: 'whale_queue', data }, this.next())
  }

  /** A good book, as of now or later. */
  async price(key: string, atMs = this.now()): Promise<void> {
    const data = { ...makeBook(key), timestamp_ms: atMs }
    await this.bus.put('book', { type: 'book', data }, { ...this.next(), key })
  }

  whale(id: string, over: Partial<WhaleEntry> = {}): WhaleEntry {
    return makeWhale(id, { timestamp_ms: this.now(), ...over })
  }

  async decisions(): Promise<readonly Decision[]> {
    const log = await this.bus.history('decisions', { limit: 1_000 })
    return log.flatMap((message) => (message.type === 'decision' ? message.data : []))
  }

  async processing(whaleId: string): Promise<readonly WhaleProcessing['status'][]> {
    const log = await this.bus.history('decisions', { limit: 1_000 })
    return log.flatMap((message) =>
      message.type === 'whale_processing' && message.data.whale_id === whaleId ? message.data.status : [],
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.ends) await end()
    await this.executor?.close()
    await this.bus.close()
  }

  private async *countLooks(times: AsyncIterable<number>): AsyncGenerator<number, void, void> {
    for await (const atMs of times) {
      yield atMs
      this.looks += 1
    }
  }

  private next() {
    this.version += 1
    return { fence: this.fence, version: this.version }
  }
}
