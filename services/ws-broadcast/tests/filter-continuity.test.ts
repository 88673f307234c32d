import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker } from '@whalecast/bus'
import type { Position, Whale } from '@whalecast/events'
import { watchLeaks, type LeakWatch } from '@whalecast/testkit'
import { connectClient, type TestClient } from './support/connect-client.ts'
import { openBroadcast } from './support/open-broadcast.ts'
import { publishWhale, sampleWhale } from './support/samples.ts'

let leaks: LeakWatch
beforeEach(() => {
  leaks = watchLeaks()
})
afterEach(() => leaks.check())

type Wanted = {
  readonly filter: Readonly<Record<string, unknown>>
  readonly passes: (whale: Whale) => boolean
}
const wanted: readonly Wanted[] = [
  { filter: {}, passes: () => true },
  { filter: { min_size_dollars: 1_000 }, passes: (whale) => whale.whale_size_dollars >= 1_000 },
  { filter: { min_severity: 'S3' }, passes: ({ severity }) => severity === 'S3' || severity === 'S4' },
  {
    filter: { ticker_prefix: ['KXA', 'KXB-1'], severity: ['S1', 'S4'] },
    passes: ({ market_ticker: ticker, severity }) =>
      (ticker.startsWith('KXA') || ticker.startsWith('KXB-1')) && (severity === 'S1' || severity === 'S4'),
  },
  { filter: { ticker_prefix: ['KXNONE'] }, passes: () => false },
]

/** The same throws at each run. */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

/** A client that knows its place, notices every hole, and comes back to it. */
class Follower {
  readonly got: string[] = []
  readonly #wanted: Wanted
  #place: Position | undefined
  #client: TestClient | undefined
  #read = 0

  constructor(want: Wanted) {
    this.#wanted = want
  }

  get isHere(): boolean {
    return this.#client !== undefined
  }

  async connect(url: string): Promise<void> {
    const client = await connectClient(url, { query: '?defaults=off' })
    this.#client = client
    this.#read = 0
    const resume = this.#place && { whales: this.#place }
    client.send({ type: 'subscribe', channels: ['whales'], filter: this.#wanted.filter, resume })
    await client.until(() => client.of('subscribed').length > 0)
    this.#take()
  }

  leave(): void {
    this.#take()
    this.#client?.socket.terminate()
    this.#client = undefined
  }

  /** Waits until the server says that everything up to a place was sent. */
  async until(head: Position): Promise<void> {
    await this.#client?.until(() => {
      this.#take()
      return this.#place?.epoch === head.epoch && this.#place.offset >= head.offset
    })
  }

  #take(): void {
    const frames = this.#client?.frames ?? []
    for (; this.#read < frames.length; this.#read++) {
      const { type, epoch = 0, offset = 0, prev = 0, data } = frames[this.#read] ?? { type: 'none' }
      if (type === 'gap') throw new Error(`nothing is lost here: ${JSON.stringify(data)}`)
      if (type === 'ping') this.#place = data.positions.whales ?? this.#place
      // It begins before the snapshot, which holds all there is then.
      if (type === 'connection') this.#place ??= { ...data.positions.whales, offset: 0 }
      if (type !== 'whale') continue
      const place = this.#place
      if (!place || place.epoch !== epoch || prev > place.offset || offset <= place.offset)
        throw new Error(
          `${prev} is before ${offset} at ${place?.offset} of ${JSON.stringify(this.#wanted.filter)}`,
        )
      this.got.push(data.whale_id)
      this.#place = { epoch, offset }
    }
  }
}

test.each([1, 2])(
  'whoever filters gets what passes, once, without a hole, through every resume from ring and stream: seed %i',
  async (seed) => {
    const roll = dice(seed)
    const broker = new MemoryBroker()
    const bus = createMemoryBus(broker, { instance: 'publisher' })
    const published: Whale[] = []
    const publish = async () => {
      const id = `w${published.length}`
      const over = {
        market_ticker: ['KXA-1', 'KXB-1', 'KXB-2', 'KXC-1'][roll(4)] ?? 'KXC-1',
        severity: (['S1', 'S2', 'S3', 'S4'] as const)[roll(4)] ?? 'S1',
        whale_size_dollars: roll(2_000),
      }
      await publishWhale(bus, id, over)
      published.push(sampleWhale(id, over))
    }
    await publish()
    await using broadcast = await openBroadcast({
      bus,
      ownBus: createMemoryBus(broker, { instance: 'ws-broadcast' }),
      config: { pingIntervalMs: 100 },
    })
    const followers = [...wanted, ...wanted].map((want) => ({ want, follower: new Follower(want) }))
    for (const { follower } of followers) await follower.connect(broadcast.url)
    for (let step = 0; step < 12; step++) {
      // Once in a while more than the replica remembers.
      const count = step === 6 ? 700 : roll(20)
      for (const { follower } of followers) {
        if (follower.isHere && roll(3) === 0) follower.leave()
        else if (!follower.isHere && roll(2) === 0) await follower.connect(broadcast.url)
      }
      for (let index = 0; index < count; index++) await publish()
    }
    for (const { follower } of followers) if (!follower.isHere) await follower.connect(broadcast.url)
    const head = await bus.head('whales')
    for (const { follower } of followers) await follower.until(head)
    expect(await broadcast.metric('ws_resumed_total', { from: 'stream' })).toBeGreaterThan(0)
    expect(await broadcast.metric('ws_resumed_total', { from: 'ring' })).toBeGreaterThan(0)
    for (const { want, follower } of followers) {
      expect(follower.got).toEqual(published.filter(want.passes).map(({ whale_id }) => whale_id))
      follower.leave()
    }
  },
)
