import { afterEach, describe, expect, test } from '@jest/globals'
import { createMemoryBus, MemoryBroker, type Bus } from '@whalecast/bus'
import type { Trade, WhaleQueue } from '@whalecast/events'
import { ticks } from '@whalecast/runtime'
import { eventually } from '@whalecast/testkit'
import type { WhaleRule } from '../src/domain/whales.ts'
import { trackWhales } from '../src/service.ts'
import { makeContext } from '@whalecast/testkit'
import { makeTrade } from '../src/testing/trades.ts'

const rule: WhaleRule = {
  queueSize: 3,
  windowMs: 60_000,
  minSizeE6: 100e6,
  eventMinPayoutE6: 10_000e6,
  metric: 'payout',
}

class World implements AsyncDisposable {
  readonly broker = new MemoryBroker()
  readonly bus = createMemoryBus(this.broker, { instance: 'test' })
  private readonly ends: (() => Promise<void>)[] = []

  /** A tracker of its own process: own bus, own clock. */
  track(over: Partial<WhaleRule> = {}, now = () => Date.now()) {
    const bus = createMemoryBus(this.broker, { instance: `tracker-${this.ends.length}` })
    const stop = new AbortController()
    const ctx = makeContext()
    const running = trackWhales({
      bus,
      rule: { ...rule, ...over },
      ctx,
      now,
      ticks: ticks(20, { signal: stop.signal }),
    })
    let ended: Promise<void> | undefined
    const end = () => {
      stop.abort()
      return (ended ??= running.then(() => bus.close()))
    }
    this.ends.push(end)
    return { bus, ctx, end }
  }

  async send(trades: readonly Trade[]): Promise<void> {
    const lease = await this.bus.lease('ingest')
    const producer = await this.bus.producer('trades', { partition: 0, fence: lease.fence, capacity: 10_000 })
    for (const trade of trades) expect(producer.enqueue(trade).status).toBe('accepted')
    await producer.flush()
    await producer.close()
    await lease.release()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const end of this.ends) await end()
    await this.bus.close()
  }
}

const queueOf = async (bus: Bus): Promise<WhaleQueue | undefined> => (await bus.latest('whale_queue'))?.data
const nowTrade = (over: Partial<Trade>) => makeTrade({ executed_at_ms: Date.now(), ...over })
const large = nowTrade({ trade_id: 'large', count_e2: 2_000_000 })

let world: World | undefined
afterEach(async () => {
  await world?.[Symbol.asyncDispose]()
  world = undefined
})
const open = () => (world = new World())

describe('the tracker on a bus', () => {
  test('shows an empty queue before the first trade', async () => {
    const { bus, track } = bound(open())
    track()
    const queue = await eventually(async () => (await queueOf(bus)) ?? false)
    expect(queue.stats).toMatchObject({ trades_seen: 0, queue_size: 0, max_queue_size: 3 })
  })

  test('trades become the queue, the counts and the whales', async () => {
    const { bus, track, send } = bound(open())
    const { ctx } = track()
    await send([nowTrade({ trade_id: 'tiny', count_e2: 50 }), nowTrade({ trade_id: 'some' }), large, large])
    const queue = await eventually(async () => {
      const shown = await queueOf(bus)
      return shown?.stats.trades_seen === 3 ? shown : false
    })
    expect(queue.queue.map(({ whale_id: id }) => id)).toEqual(['large', 'some'])
    expect(queue.stats).toMatchObject({ trades_discarded: 1, trades_accepted: 2, discard_rate_percent: 33.3 })
    const whales = await bus.history('whales', { limit: 10 })
    expect(whales.map(({ id, data }) => [id, data.severity])).toEqual([['large', 'S2']])
    expect(ctx.facts.read()).toEqual({ trades_seen: 3, trade_duplicates: 1, whales_published: 1 })
    expect(ctx.health.reports()).toMatchObject([
      { component: 'whale_tracker', critical: false, status: 'healthy', details: { role: 'leader' } },
    ])
    const text = await ctx.metrics.registry.metrics()
    expect(text).toMatch(/whalecast_tracker_trades_total\{outcome="duplicate"\} 1/)
    expect(text).toMatch(/whalecast_latency_seconds_count\{hop="ingest_tracker"\} [1-9]/)
  })

  test('an entry that expires leaves the queue without any trade', async () => {
    const { bus, track, send } = bound(open())
    let aheadMs = 0
    track({}, () => Date.now() + aheadMs)
    await send([large])
    await eventually(async () => (await queueOf(bus))?.queue.length === 1)
    aheadMs = rule.windowMs
    const queue = await eventually(async () => {
      const shown = await queueOf(bus)
      return shown?.queue.length === 0 ? shown : false
    })
    expect(queue.stats.trades_seen).toBe(1)
  })

  test('the title that a market already has is in the whale; one that comes later is in the queue', async () => {
    const { bus, track, send } = bound(open())
    const fence = { owner: 'directory', term: 1 }
    const market = (ticker: string, title: string) => ({
      type: 'market' as const,
      data: {
        market_ticker: ticker,
        event_ticker: 'KXEVENT',
        title,
        sub_title: null,
        status: 'active',
        close_at_ms: null,
      },
    })
    await bus.put('market', market('KXTEST-1', 'Known before'), { fence, version: 1, key: 'KXTEST-1' })
    track()
    await send([large, nowTrade({ trade_id: 'other', market_ticker: 'KXTEST-2' })])
    const titles = async () => (await queueOf(bus))?.queue.map(({ title }) => title)
    await eventually(async () => (await titles())?.length === 2)
    const [whale] = await bus.history('whales', { limit: 1 })
    expect(whale?.data).toMatchObject({ title: 'Known before', event_ticker: 'KXEVENT' })
    expect(await titles()).toEqual(['Known before', null])

    await bus.put('market', market('KXTEST-2', 'Known later'), { fence, version: 1, key: 'KXTEST-2' })
    await eventually(async () => (await titles())?.[1] === 'Known later')
  })

  test('a standby takes over with the same counts, and the old one shows nothing any more', async () => {
    const { bus, track, send } = bound(open())
    const first = track()
    await send([large])
    await eventually(async () => (await queueOf(bus))?.stats.trades_seen === 1)
    const second = track()
    expect(second.ctx.health.reports()).toMatchObject([{ status: 'healthy', details: { role: 'standby' } }])
    expect(second.ctx.facts.read()['trades_seen']).toBeNull()
    const before = await bus.latest('whale_queue')
    await first.end()
    await send([large, nowTrade({ trade_id: 'next' })])
    const after = await eventually(async () => {
      const shown = await bus.latest('whale_queue')
      return shown?.data.stats.trades_seen === 2 ? shown : false
    })
    expect(after.term).toBeGreaterThan(before?.term ?? Infinity)
    expect(second.ctx.facts.read()).toMatchObject({ trades_seen: 2, trade_duplicates: 1 })
  })
})

function bound(each: World) {
  return { bus: each.bus, track: each.track.bind(each), send: each.send.bind(each) }
}
