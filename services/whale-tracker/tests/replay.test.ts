import { describe, expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker, type Bus, type Commit, type PartitionState } from '@whalecast/bus'
import type { Trade } from '@whalecast/events'
import { MarketNames } from '../src/adapters/market-names.ts'
import { Condition } from '../src/domain/condition.ts'
import type { WhaleRule } from '../src/domain/whales.ts'
import { makeContext } from '@whalecast/testkit'
import { epochMs, makeTrade, seededRandom } from '../src/testing/trades.ts'
import { createTrackerMetrics } from '../src/tracker-metrics.ts'
import { TradesWorker } from '../src/trades-worker.ts'

const rule: WhaleRule = {
  queueSize: 4,
  windowMs: 2_000,
  minSizeE6: 100e6,
  eventMinPayoutE6: 400e6,
  metric: 'payout',
}

class Killed extends Error {
  override readonly name = 'Killed'
}

/** Batches of a busy, untidy minute: bursts, equal sizes, late trades, trades that come twice or five times. */
function makeBatches(random: () => number): Trade[][] {
  const upTo = (bound: number) => Math.floor(random() * bound)
  const sent: Trade[] = []
  let now = epochMs
  return Array.from({ length: 40 }, () =>
    Array.from({ length: 1 + upTo(25) }, () => {
      now += upTo(40)
      const known = sent[upTo(sent.length * 2)]
      if (known && random() < 0.2) return known
      const trade = makeTrade({
        trade_id: `t${sent.length}`,
        count_e2: 2_000 * (1 + upTo(25)),
        executed_at_ms: now - upTo(500),
        received_at_ms: now,
      })
      sent.push(trade)
      return trade
    }),
  )
}

/** A store that commits a batch as a whole or not at all, as the bus does. */
class Store {
  readonly fields = new Map<string, string>()
  readonly seen: Uint8Array[] = []

  get state(): PartitionState {
    return { fields: new Map(this.fields), seen: [...this.seen] }
  }

  commit({ set = {}, del = [], seen }: Commit): void {
    for (const field of del) this.fields.delete(field)
    for (const [field, value] of Object.entries(set)) this.fields.set(field, value)
    if (seen) this.seen.push(seen)
  }
}

type Run = {
  readonly batches: readonly Trade[][]
  readonly killAt: () => 'before' | 'publish' | 'commit' | undefined
}

/** Feeds all batches, killing the worker wherever `killAt` says, and gives what is left behind. */
async function run({ batches, killAt }: Run) {
  const bus = createMemoryBus(new MemoryBroker())
  const store = new Store()
  let killPublish = false
  const flaky: Bus = Object.create(bus, {
    publish: {
      value: async (...args: Parameters<Bus['publish']>) => {
        // Half of the deaths come after the broker took the entry, and before anyone heard of it.
        if (killPublish) {
          if (args[2].id.length % 2 === 0) await bus.publish(...args)
          throw new Killed('in the middle of publishing')
        }
        return bus.publish(...args)
      },
    },
  })
  let nowMs = epochMs
  let version = 0
  let kills = 0
  const fence = { owner: 'trades-0', term: 1 }
  const make = () => {
    const { logger, metrics } = makeContext()
    return new TradesWorker(
      {
        bus: flaky,
        rule,
        now: () => nowMs,
        names: new MarketNames(bus, () => undefined),
        condition: new Condition(nowMs),
        metrics: createTrackerMetrics(metrics, () => undefined),
        logger,
        nextVersion: () => (version += 1),
      },
      store.state,
      fence,
    )
  }
  let worker = make()
  for (const [seq, items] of batches.entries()) {
    nowMs = Math.max(nowMs, ...items.map((trade) => trade.received_at_ms))
    for (;;) {
      const kill = killAt()
      killPublish = kill === 'publish'
      try {
        if (kill === 'before') throw new Killed('before the batch')
        const commit = await worker.onBatch({ term: 1, seq, items }, fence)
        if (kill === 'commit') throw new Killed('before the commit')
        store.commit(commit)
        break
      } catch (error) {
        if (!(error instanceof Killed)) throw error
        kills += 1
        worker.onEnd()
        worker = make()
      }
    }
  }
  const whales = await bus.history('whales', { limit: 10_000 })
  const restored = make()
  restored.onEnd()
  await bus.close()
  return {
    kills,
    fields: Object.fromEntries(store.fields),
    tally: worker.tally,
    restoredTally: restored.tally,
    held: worker.held,
    restoredHeld: restored.held,
    whales: whales.map(({ id }) => id),
  }
}

describe('kill at any point and redelivery leave exactly the same behind', () => {
  test.each(Array.from({ length: 12 }, (_, seed) => ({ seed })))('seed $seed', async ({ seed }) => {
    const random = seededRandom(seed + 100)
    const batches = makeBatches(random)
    const calm = await run({ batches, killAt: () => undefined })
    const points = ['before', 'publish', 'commit'] as const
    const rough = await run({
      batches,
      killAt: () => (random() < 0.4 ? points[Math.floor(random() * points.length)] : undefined),
    })
    expect(rough.kills).toBeGreaterThan(5)
    expect({ ...rough, kills: 0 }).toEqual({ ...calm, kills: 0 })
    expect(rough.restoredTally).toEqual(rough.tally)
    expect(rough.restoredHeld).toBe(rough.held)

    const distinct = new Map(batches.flat().map((trade) => [trade.trade_id, trade]))
    const discarded = [...distinct.values()].filter(({ count_e2: count }) => count < 10_000).length
    expect(calm.tally).toMatchObject({
      seen: distinct.size,
      discarded,
      duplicates: batches.flat().length - distinct.size,
    })
    const whales = [...distinct.values()].filter(({ count_e2: count }) => count >= 40_000)
    expect(calm.whales).toEqual(whales.map((trade) => trade.trade_id))
  })
})
